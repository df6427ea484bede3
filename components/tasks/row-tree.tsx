import { Fragment, type ReactElement } from 'react';
import type { Task } from '@/lib/protocol';
import { type IdGroup, type IdTree, NO_IDS } from './group-ids';

/**
 * Draws one row under the key that its place in the list has: the very string of before, which React compares at a glance; that
 * of a new task is another one with the same letters.
 */
export type DrawRow = (task: Task, id: string) => ReactElement;

/** One row; `element` is `null` where there is no such task. */
interface RowNode {
  readonly id: string;
  parent: RowGroup | undefined;
  /** Where it stands in its parent. */
  place: number;
  task: Task | undefined;
  element: ReactElement | null;
  isStale: boolean;
}

/** Rows, or groups of them, that React passes by in one step while none of them changed. */
interface GroupNode<N> {
  readonly group: IdGroup;
  readonly children: readonly N[];
  parent: GroupNode<GroupNode<N>> | undefined;
  place: number;
  /** `undefined` while something in it has to be looked at. */
  element: ReactElement | undefined;
  /** The children's elements as they were last drawn. */
  drawn: readonly (ReactElement | null)[] | undefined;
  /** The children to be looked at; the others are not touched, since a thousand of them do not fit into a cache. */
  readonly stale: N[];
}

type RowGroup = GroupNode<RowNode>;

type GroupOfGroups = GroupNode<RowGroup>;

/**
 * The elements of a list in nested groups. What stayed the same is the very element that it was, so React stops there: one
 * changed row of a thousand costs some forty looks ([RX36]). It remembers nothing but what it made of tasks and of an
 * arrangement, so a rendering that is thrown away does no harm.
 */
export class RowTree {
  readonly #draw: DrawRow;
  readonly #rows = new Map<string, RowNode>();
  #ids = NO_IDS;
  #groups: ReadonlyMap<IdGroup, RowGroup> = new Map();
  #top: ReadonlyMap<IdGroup, GroupOfGroups> = new Map();

  /** @param draw Pure; called once per change of a task. */
  constructor(draw: DrawRow) {
    this.#draw = draw;
  }

  /** Takes the ids in their groups. */
  arrange(ids: IdTree): void {
    if (ids === this.#ids) return;
    this.#ids = ids;
    const before = this.#groups;
    this.#groups = placeAll(ids.groups, before, (id) => this.#rowOf(id));
    const byKey = new Map([...this.#groups].map(([{ key }, node]) => [String(key), node]));
    this.#top = placeAll(ids.groupsOfGroups, this.#top, (key) => byKey.get(key));
    for (const old of before.values()) {
      if (this.#groups.get(old.group) === old) continue;
      // Where no other group has taken it, the row is gone.
      for (const row of old.children) if (row.parent === old) this.#rows.delete(row.id);
    }
  }

  /** Has these rows looked at when the elements are read next; says whether any is a row of this list. */
  mark(ids: Iterable<string>): boolean {
    let isAny = false;
    for (const id of ids) {
      const row = this.#rows.get(id);
      if (row === undefined) continue;
      isAny = true;
      if (row.isStale) continue;
      row.isStale = true;
      const group = row.parent;
      if (group === undefined) continue;
      group.stale.push(row);
      if (group.element === undefined) continue;
      group.element = undefined;
      const top = group.parent;
      if (top === undefined) continue;
      top.stale.push(group);
      top.element = undefined;
    }
    return isAny;
  }

  /** Marks the rows whose task is not the one that was drawn; says whether there are any. */
  markOther(find: (id: string) => Task | undefined): boolean {
    return this.mark([...this.#rows.values()].filter(({ id, task }) => find(id) !== task).map(({ id }) => id));
  }

  /** The elements, those of the highest groups, with the tasks as they are found now. */
  read(find: (id: string) => Task | undefined): readonly ReactElement[] {
    const elements: ReactElement[] = [];
    for (const top of this.#top.values()) {
      top.element ??= renderGroup(top, (group) => group.element ?? this.#renderRows(group, find));
      elements.push(top.element);
    }
    return elements;
  }

  #renderRows(group: RowGroup, find: (id: string) => Task | undefined): ReactElement {
    group.element = renderGroup(group, (row) => (row.isStale ? this.#renderRow(row, find) : row.element));
    return group.element;
  }

  #renderRow(row: RowNode, find: (id: string) => Task | undefined): ReactElement | null {
    row.isStale = false;
    const task = find(row.id);
    if (task === row.task) return row.element;
    row.task = task;
    row.element = task === undefined ? null : this.#draw(task, row.id);
    return row.element;
  }

  #rowOf(id: string): RowNode {
    let row = this.#rows.get(id);
    if (row === undefined) {
      row = { id, parent: undefined, place: 0, task: undefined, element: null, isStale: true };
      this.#rows.set(id, row);
    }
    return row;
  }
}

/** A group's element anew: from what was drawn before and the children that have to be looked at. */
function renderGroup<N extends { readonly place: number }>(
  group: GroupNode<N>,
  render: (child: N) => ReactElement | null,
): ReactElement {
  if (group.drawn === undefined) {
    group.drawn = group.children.map(render);
  } else {
    const drawn = group.drawn.slice();
    for (const child of group.stale) drawn[child.place] = render(child);
    group.drawn = drawn;
  }
  group.stale.length = 0;
  return <Fragment key={group.group.key}>{group.drawn}</Fragment>;
}

/** The nodes of groups, those of before where nothing in them is another one. */
function placeAll<N extends { parent: GroupNode<N> | undefined; place: number }>(
  groups: readonly IdGroup[],
  before: ReadonlyMap<IdGroup, GroupNode<N>>,
  find: (id: string) => N | undefined,
): ReadonlyMap<IdGroup, GroupNode<N>> {
  return new Map(
    groups.map((group) => {
      const children = group.ids.flatMap((id) => find(id) ?? []);
      const old = before.get(group);
      const isSame = old?.children.every((child, place) => child === children[place]);
      const node: GroupNode<N> =
        old !== undefined && isSame
          ? old
          : { group, children, parent: undefined, place: 0, element: undefined, drawn: undefined, stale: [] };
      for (const [place, child] of children.entries()) {
        child.parent = node;
        child.place = place;
      }
      return [group, node];
    }),
  );
}
