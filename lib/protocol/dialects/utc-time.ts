/** Date, time of day, fraction, zone: what servers really write. */
const TIME = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(:\d\d)?(\.\d+)?\s?(Z|[+-]\d\d(?::?\d\d)?)?)?$/i;

/** As this function writes times itself, on a day that every month has and in no year of Go's. */
const READY = /^[1-9]\d{3}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/;

/** How Go writes that there is no time. */
const ZERO_DAY = '0001-01-01';

/**
 * A server's time as ISO 8601 UTC in milliseconds. Without a zone it means UTC, finer fractions are cut, `null` and the
 * zero time of Go are `null`; what is no time is `undefined` ([DI11]).
 */
export function utcTimeOf(value: unknown): string | null | undefined {
  if (value === null) return null;
  if (typeof value !== 'string') return undefined;
  if (READY.test(value)) return value;
  const parts = TIME.exec(value.trim());
  if (parts === null) return undefined;
  const [, day = '', minutes = '00:00', seconds = ':00', fraction = '', zone = 'Z'] = parts;
  if (day === ZERO_DAY) return null;
  const ms = Date.parse(`${day}T${minutes}${seconds}${fraction.slice(0, 4)}${zoneOf(zone)}`);
  return Number.isNaN(ms) ? undefined : new Date(ms).toISOString();
}

/** `+05`, `+0530` and `+05:30` are all in use; only the last one is understood everywhere. */
function zoneOf(zone: string): string {
  if (zone.toUpperCase() === 'Z') return 'Z';
  return `${zone.slice(0, 3)}:${zone.slice(3).replace(':', '') || '00'}`;
}
