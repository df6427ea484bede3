'use client';

import { type ReactElement, useCallback, useContext, useMemo, useState, useSyncExternalStore } from 'react';
import { firstTask } from '@/stores/first-task';
import { TaskFirstState, useTaskStore } from '@/stores/task-store';
import { growIdTree, NO_IDS } from './group-ids';
import { type DrawRow, RowTree } from './row-tree';

/** The version of what the server rendered. The store's versions begin above it. */
const FIRST_VERSION = 0;

/**
 * The rows of a list as elements, each made anew only when its task changes; one subscription for all of them ([RX36]).
 *
 * @param ids Which tasks, in which order. Tasks that are not there are left out.
 * @param draw Pure; another function makes every row anew.
 */
export function useRowTree(ids: readonly string[], draw: DrawRow): readonly ReactElement[] {
  const first = useContext(TaskFirstState);
  const [idTree, setIdTree] = useState(() => ({ ids, tree: growIdTree(NO_IDS, ids) }));
  let { tree } = idTree;
  if (idTree.ids !== ids) {
    tree = growIdTree(tree, ids);
    // While rendering, so that a rendering that is thrown away leaves no trace.
    setIdTree({ ids, tree });
  }

  // What React compares is a version: many changes that are told together cost one look.
  const rows = useMemo(() => ({ tree: new RowTree(draw), version: FIRST_VERSION + 1, isOfFirst: false }), [draw]);
  const subscribe = useCallback(
    (onChange: () => void) => {
      const undo = useTaskStore.subscribeTasks((keys) => {
        if (!(keys === null ? rows.tree.markOther(useTaskStore.getTask) : rows.tree.mark(keys))) return;
        rows.version += 1;
        onChange();
      });
      // What happened before anybody listened.
      if (rows.tree.markOther(useTaskStore.getTask)) rows.version += 1;
      return undo;
    },
    [rows],
  );
  const version = useSyncExternalStore(
    subscribe,
    () => (first === null || first.taken ? rows.version : FIRST_VERSION),
    () => FIRST_VERSION,
  );

  const isOfFirst = version === FIRST_VERSION;
  const find = isOfFirst ? (id: string) => firstTask(first, id) : useTaskStore.getTask;
  rows.tree.arrange(tree);
  if (isOfFirst !== rows.isOfFirst) rows.tree.markOther(find);
  rows.isOfFirst = isOfFirst;
  return rows.tree.read(find);
}
