'use client';

import { type ComponentType, type ReactElement, useCallback, useMemo } from 'react';
import type { Task } from '@/lib/protocol';
import type { TaskFilters } from '@/stores/task-filters';
import { useTaskIds } from '@/stores/use-task-ids';
import { useRowTree } from './use-row-tree';

/** What {@link TaskRows} takes. */
export interface TaskRowsProps {
  /**
   * Renders one task; rendered again only when that task changes, or what it reads by hooks. A component of a module, not one
   * made while rendering: another component makes every row anew.
   */
  readonly row: ComponentType<{ readonly task: Task }>;
  /** Which tasks, in the order of the list. Default: all, in the order in which they became known. */
  readonly filters?: Partial<TaskFilters>;
  /**
   * Another choice and order of the application's own, by key (see `taskKey`), each once; `filters` do not count then. Tasks
   * that are not there are left out. The same array is not looked at again.
   */
  readonly ids?: readonly string[];
}

/**
 * Renders the rows of a list and nothing around them, so that they can stand in a `ul` or a `tbody`. A change costs the row
 * that it changes, whatever the length of the list ([RX36]); a row that keeps its place among the others keeps its state ([RX37]).
 */
export function TaskRows({ row, ids, filters }: TaskRowsProps): ReactElement {
  return ids === undefined ? <FilteredRows filters={filters} row={row} /> : <Rows ids={ids} row={row} />;
}

function FilteredRows({ row, filters }: { row: TaskRowsProps['row']; filters: TaskRowsProps['filters'] }) {
  const chunks = useTaskIds(filters);
  return <Rows ids={useMemo(() => chunks.flat(), [chunks])} row={row} />;
}

function Rows({ row: Row, ids }: Required<Pick<TaskRowsProps, 'row' | 'ids'>>) {
  const draw = useCallback((task: Task, id: string) => <Row key={id} task={task} />, [Row]);
  return useRowTree(ids, draw);
}
