// @ts-check

/**
 * The most times that fall into any window of a length, wherever it begins.
 * @param {readonly number[]} times In any order.
 * @param {number} windowLength In their unit; a time exactly one window later is outside.
 */
export function peakOf(times, windowLength) {
  const sorted = Float64Array.from(times).sort();
  let peak = 0;
  let first = 0;
  for (const [last, end] of sorted.entries()) {
    while (end - (sorted[first] ?? end) >= windowLength) first += 1;
    peak = Math.max(peak, last - first + 1);
  }
  return peak;
}

/**
 * The value that this share of the values does not exceed; `NaN` of none.
 * @param {readonly number[]} values In any order.
 * @param {number} share From 0 to 1; 0.5 is the median.
 */
export function quantileOf(values, share) {
  const sorted = Float64Array.from(values).sort();
  const place = (sorted.length - 1) * share;
  const below = sorted[Math.floor(place)] ?? Number.NaN;
  const above = sorted[Math.ceil(place)] ?? Number.NaN;
  // Equal ones are not subtracted: both may be infinite.
  return below === above ? below : below + (above - below) * (place - Math.floor(place));
}

/** @param {readonly number[]} values */
export function medianOf(values) {
  return quantileOf(values, 0.5);
}

/** Keeps so many decimals. @param {number} value @param {number} [decimals] */
export function roundTo(value, decimals = 0) {
  return Number(value.toFixed(decimals));
}

/** The time, milliseconds, on one clock for all processes of this machine. */
export const now = () => performance.timeOrigin + performance.now();
