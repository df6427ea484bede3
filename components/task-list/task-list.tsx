'use client';

import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { type Task, type TaskId, taskKey } from '@/lib/protocol';
import { useTaskStore } from '@/stores/task-store';
import { focusNeighbour, focusNewTask, focusTask } from './focus-task';
import { ListPlaceholder } from './list-placeholder';
import { NoticeBar } from './notice-bar';
import { type RowActions, TaskRow } from './task-row';
import { type LostDraft, useRows } from './use-rows';

interface Deleted {
  readonly id: TaskId;
  readonly title: string;
}

/** The list itself, or what stands in its place; at its foot what can still be undone. */
export function TaskList() {
  const [deleted, setDeleted] = useState<readonly Deleted[]>([]);
  const [lost, setLost] = useState<LostDraft | null>(null);
  const { rows, editing, startEditing, endEditing, noteDraft } = useRows(setLost);
  const list = useRef<HTMLUListElement>(null);
  const [alive, setAlive] = useState(false);
  useEffect(() => setAlive(true), []);

  // A task that comes back takes the focus of the Undo button that brought it.
  const restored = useRef<TaskId | null>(null);
  useEffect(() => {
    if (restored.current === null || !rows.some(({ id }) => id === restored.current)) return;
    focusTask(list.current, taskKey(restored.current));
    restored.current = null;
  }, [rows]);

  const toggle = useCallback((task: Task, row: Element | null) => {
    const { filters, toggleTask } = useTaskStore.getState();
    if (filters.status !== 'all') focusNeighbour(row);
    void toggleTask(task.id);
  }, []);
  const remove = useCallback(({ id, title }: Task, row: Element | null) => {
    focusNeighbour(row);
    void useTaskStore.getState().removeTask(id);
    setDeleted((before) => [...before, { id, title }]);
  }, []);
  const actions = useMemo(
    (): RowActions => ({ startEditing, endEditing, noteDraft, toggle, remove }),
    [startEditing, endEditing, noteDraft, toggle, remove],
  );

  const last = deleted.at(-1);
  const undo = () => {
    if (last === undefined) return;
    restored.current = last.id;
    setDeleted(deleted.slice(0, -1));
    focusNewTask();
    void useTaskStore.getState().restoreTask(last.id);
  };
  const keepDraft = () => {
    if (lost !== null) void useTaskStore.getState().addTask({ title: lost.draft });
    setLost(null);
    focusNewTask();
  };

  return (
    <>
      {rows.length === 0 ? (
        <ListPlaceholder />
      ) : (
        <ul
          aria-label="Tasks"
          className="task-list mt-4 rounded-2xl border border-line bg-surface py-1 shadow-card"
          data-alive={alive || undefined}
          ref={list}
        >
          {rows.map((task) => (
            <TaskRow actions={actions} isEditing={editing === taskKey(task.id)} key={taskKey(task.id)} task={task} />
          ))}
        </ul>
      )}
      {lost === null ? (
        <NoticeBar
          action="Undo"
          onAction={undo}
          onDismiss={() => setDeleted([])}
          passes
          text={last && `Deleted “${last.title}”`}
        />
      ) : (
        <NoticeBar
          action="Add as new task"
          onAction={keepDraft}
          onDismiss={() => setLost(null)}
          text={`“${lost.title}” was deleted elsewhere while you were typing “${lost.draft}”`}
        />
      )}
    </>
  );
}
