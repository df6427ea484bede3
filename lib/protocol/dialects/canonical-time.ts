const DAY_OF_LONG_MONTH = '(?:0[13578]|1[02])-(?:0[1-9]|[12]\\d|3[01])';
const DAY_OF_SHORT_MONTH = '(?:0[469]|11)-(?:0[1-9]|[12]\\d|30)';
/** A leap day is for the patient reader. */
const DAY_OF_FEBRUARY = '02-(?:0[1-9]|1\\d|2[0-8])';
const TIME_OF_DAY = '(?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d\\.\\d{3}';

/** Not before the year 1000: Go's zero time is of the year 1. */
const CANONICAL = new RegExp(
  `^[1-9]\\d{3}-(?:${DAY_OF_LONG_MONTH}|${DAY_OF_SHORT_MONTH}|${DAY_OF_FEBRUARY})T${TIME_OF_DAY}Z$`,
);

/**
 * Is this exactly what `utcTimeOf` would make of it: ISO 8601 UTC in milliseconds, of a day that there is? Makes nothing. A
 * few rare times are canonical too and yet refused here.
 */
export function isCanonicalTime(value: unknown): value is string {
  return typeof value === 'string' && CANONICAL.test(value);
}
