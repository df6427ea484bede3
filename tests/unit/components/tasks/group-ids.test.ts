import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GROUP_SIZE, growIdTree, type IdTree, NO_IDS } from '@/components/tasks/group-ids';
import { longestRising } from '@/components/tasks/longest-rising';

const names = (count: number, prefix = 'r') => Array.from({ length: count }, (_, index) => `${prefix}${index}`);

/** Id → where React finds its row: the keys of the groups around it. */
function homesOf({ groups, groupsOfGroups }: IdTree): Map<string, string> {
  const parents = new Map(groupsOfGroups.flatMap(({ key, ids }) => ids.map((id) => [id, key] as const)));
  return new Map(groups.flatMap(({ key, ids }) => ids.map((id) => [id, `${parents.get(String(key))}/${key}`])));
}

const idsOf = ({ groups, groupsOfGroups }: IdTree) => {
  const byKey = new Map(groups.map((group) => [String(group.key), group.ids]));
  return groupsOfGroups.flatMap(({ ids }) => ids.flatMap((key) => byKey.get(key) ?? []));
};

/** One change of a list: a newcomer, a loss, or a move. */
const step = fc.record({ kind: fc.constantFrom('add', 'remove', 'move'), from: fc.nat(), to: fc.nat() });

describe('the groups of a list', () => {
  it('[RX37] leave every row where it is but the one that moved, and hold the ids in their order', () => {
    fc.assert(
      fc.property(fc.nat(200), fc.array(step, { maxLength: 30 }), (count, steps) => {
        let ids = names(count);
        let tree = growIdTree(NO_IDS, ids);
        for (const [at, { kind, from, to }] of steps.entries()) {
          const before = homesOf(tree);
          const taken = kind === 'add' ? `n${at}` : ids[from % Math.max(ids.length, 1)];
          if (taken === undefined) continue;
          ids = ids.filter((id) => id !== taken);
          if (kind !== 'remove') ids = ids.toSpliced(to % (ids.length + 1), 0, taken);
          tree = growIdTree(tree, ids);
          expect(idsOf(tree)).toEqual(ids);
          // Of two neighbours that change places either may be the one that moved.
          const moved = [...homesOf(tree)].filter(([id, home]) => before.has(id) && before.get(id) !== home);
          expect(moved.length).toBeLessThanOrEqual(kind === 'move' ? 1 : 0);
        }
      }),
    );
  });

  it('[RX37] stay the same objects where nothing of them changed', () => {
    const tree = growIdTree(NO_IDS, names(200));
    expect(growIdTree(tree, names(200))).toBe(tree);
    const without = growIdTree(
      tree,
      names(200).filter((id) => id !== 'r70'),
    );
    expect(without.groups.filter((group) => !tree.groups.includes(group))).toHaveLength(1);
    expect(without.groupsOfGroups).toBe(tree.groupsOfGroups);
  });

  it.each(['end', 'beginning'])('[RX36] stay small while a list grows at its %s', (end) => {
    let ids: string[] = [];
    let tree = NO_IDS;
    for (const id of names(1_000)) {
      ids = end === 'end' ? [...ids, id] : [id, ...ids];
      tree = growIdTree(tree, ids);
    }
    expect(idsOf(tree)).toEqual(ids);
    expect(tree.groups.length).toBe(Math.ceil(1_000 / GROUP_SIZE));
    expect(Math.max(...tree.groups.map((group) => group.ids.length))).toBe(GROUP_SIZE);
  });

  it('[RX37] survive a list that is turned round', () => {
    const tree = growIdTree(growIdTree(NO_IDS, names(100)), names(100).reverse());
    expect(idsOf(tree)).toEqual(names(100).reverse());
  });
});

describe('the longest rising part', () => {
  it('[RX37] never falls, and no part that never falls is longer', () => {
    fc.assert(
      fc.property(fc.array(fc.option(fc.nat(6), { nil: undefined }), { maxLength: 10 }), (values) => {
        const part = [...longestRising(values)].sort((a, b) => a - b).map((place) => values[place]);
        expect(part.includes(undefined)).toBe(false);
        expect(isRising(part)).toBe(true);
        const subsets = Array.from({ length: 2 ** values.length }, (_, bits) =>
          values.filter((value, place) => value !== undefined && (bits >> place) % 2 === 1),
        );
        expect(part.length).toBe(Math.max(...subsets.filter(isRising).map(({ length }) => length)));
      }),
    );
  });
});

function isRising(values: readonly (number | undefined)[]): boolean {
  return values.every((value, place) => place === 0 || (values[place - 1] ?? 0) <= (value ?? 0));
}
