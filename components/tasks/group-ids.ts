import { longestRising } from './longest-rising';

/** Rows in a group: one that changes has React look at all of its group, and a burst reaches most groups of twice the size. */
export const GROUP_SIZE = 8;

/** Groups in a group of groups: a thousand rows are 8 times 16 times 8. */
const GROUPS_SIZE = 16;

/** Ids that are rendered together, in their order. */
export interface IdGroup {
  /** For React: the same for the life of the group, unique in its list. */
  readonly key: number;
  readonly ids: readonly string[];
}

/** The ids of a list in groups, and these in groups of groups: always two levels, since another depth would make every row anew. */
export interface IdTree {
  readonly groups: readonly IdGroup[];
  /** Their `ids` are the keys of {@link groups}. */
  readonly groupsOfGroups: readonly IdGroup[];
}

/** Nothing grouped yet. */
export const NO_IDS: IdTree = { groups: [], groupsOfGroups: [] };

/** Groups the ids of a list on both levels, given how they were grouped before; the same object while nothing changed. */
export function growIdTree(before: IdTree, ids: readonly string[]): IdTree {
  const groups = groupIds(before.groups, ids);
  if (groups === before.groups) return before;
  const keys = groups.map(({ key }) => String(key));
  return { groups, groupsOfGroups: groupIds(before.groupsOfGroups, keys, GROUPS_SIZE) };
}

/**
 * Groups ids, given how they were grouped before ([RX37]). An id stays in its group as long as it keeps its place among
 * the others: a row that changes its group is made anew and forgets what was typed into it. So groups are never cut or
 * joined, and full ones are passed by. A group is the same object until an id of it comes, goes or moves.
 *
 * @param size How many make a group full. Default {@link GROUP_SIZE}.
 */
export function groupIds(
  before: readonly IdGroup[],
  ids: readonly string[],
  size: number = GROUP_SIZE,
): readonly IdGroup[] {
  const homes = findHomes(before, ids);
  const groups: { readonly key: number; readonly ids: string[] }[] = [];
  let nextKey = before.reduce((most, { key }) => Math.max(most, key), -1) + 1;
  let open: string[] = [];
  /** Where the open group stood; -1 for a new one. */
  let home = -1;
  let isFull = true;
  const start = (place: number) => {
    open = [];
    home = place;
    groups.push({ key: before[place]?.key ?? nextKey++, ids: open });
  };
  /** From the end: the home of the next id that has one. */
  const upcoming = new Array<number>(ids.length);
  for (let place = ids.length - 1, next = -1; place >= 0; place--) upcoming[place] = next = homes[place] ?? next;

  for (const [place, id] of ids.entries()) {
    const next = upcoming[place] ?? -1;
    if (homes[place] !== undefined) {
      if (homes[place] !== home) start(homes[place]);
    } else if (isFull && (groups.length === 0 || next !== home || home === -1)) {
      // A newcomer between two groups: into the next where there is room, else into one of its own.
      start((before[next]?.ids.length ?? size) < size ? next : -1);
    }
    open.push(id);
    isFull = open.length >= size;
  }
  return keepSame(before, groups);
}

/** For each id the place of the group that it stays in; `undefined` where it is new or moved. */
function findHomes(before: readonly IdGroup[], ids: readonly string[]): (number | undefined)[] {
  const places = new Map<string, number>();
  for (const [place, group] of before.entries()) for (const id of group.ids) places.set(id, place);
  const known = ids.map((id) => places.get(id));
  const staying = longestRising(known);
  return known.map((place, index) => (staying.has(index) ? place : undefined));
}

function keepSame(before: readonly IdGroup[], groups: readonly IdGroup[]): readonly IdGroup[] {
  const known = new Map(before.map((group) => [group.key, group]));
  const kept = groups.map((group) => {
    const old = known.get(group.key);
    return old !== undefined && isSame(old.ids, group.ids) ? old : group;
  });
  return isSame(before, kept) ? before : kept;
}

function isSame(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((value, index) => value === b[index]);
}
