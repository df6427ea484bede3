/**
 * The places of a longest part that never falls: `[0, 0, 2, 1, 1]` → `[0, 1, 3, 4]`. Holes are no part of it. Costs
 * n log n, and one look at each where nothing falls.
 */
export function longestRising(values: readonly (number | undefined)[]): ReadonlySet<number> {
  /** For each length the place where the lowest part of that length ends. */
  const ends: number[] = [];
  const before: (number | undefined)[] = [];
  for (const [place, value] of values.entries()) {
    if (value === undefined) continue;
    let length = ends.length;
    // Mostly the first look is enough: a list keeps its order.
    if (length > 0 && valueAt(values, ends[length - 1]) > value) length = firstAbove(values, ends, value);
    before[place] = ends[length - 1];
    ends[length] = place;
  }
  const part = new Set<number>();
  for (let place = ends.at(-1); place !== undefined; place = before[place]) part.add(place);
  return part;
}

function firstAbove(values: readonly (number | undefined)[], ends: readonly number[], value: number): number {
  let low = 0;
  let high = ends.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (valueAt(values, ends[middle]) > value) high = middle;
    else low = middle + 1;
  }
  return low;
}

function valueAt(values: readonly (number | undefined)[], place: number | undefined): number {
  return values[place ?? 0] ?? 0;
}
