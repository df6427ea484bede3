const UNITS: readonly (readonly [unit: Intl.RelativeTimeFormatUnit, ms: number])[] = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
];

const words = new Intl.RelativeTimeFormat('en');

/** How long ago something was, as a person says it: "just now", "5 minutes ago". A clock that was set back says "just now". */
export function ageText(at: number, now: number): string {
  const age = now - at;
  const [unit, ms] = UNITS.find(([, size]) => age >= size) ?? [];
  return unit === undefined || ms === undefined ? 'just now' : words.format(-Math.floor(age / ms), unit);
}
