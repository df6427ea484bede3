/** Cuts items into groups that together stay within `maxBytes`, a larger item alone; `maxCount` bounds a group's length. */
export function groupsOf<Item>(
  items: readonly Item[],
  bytesOf: (item: Item) => number,
  maxBytes: number,
  maxCount = Number.POSITIVE_INFINITY,
): readonly (readonly Item[])[] {
  const groups: Item[][] = [];
  let group: Item[] = [];
  let bytes = 0;
  for (const item of items) {
    const size = bytesOf(item);
    if (group.length > 0 && (bytes + size > maxBytes || group.length === maxCount)) {
      groups.push(group);
      group = [];
      bytes = 0;
    }
    group.push(item);
    bytes += size;
  }
  if (group.length > 0) groups.push(group);
  return groups;
}
