'use client';

import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { type Task, taskKey } from '@/lib/protocol';
import { compareTasks } from '@/stores/task-filters';
import { useVisibleTasks } from '@/stores/task-selectors';
import { useTaskStore } from '@/stores/task-store';
import { focusNewTask } from './focus-task';

/** What somebody was typing when the task was deleted elsewhere. */
export interface LostDraft {
  readonly title: string;
  readonly draft: string;
}

/** The rows of the list and which of them is being renamed. */
export interface Rows {
  /** What the filters let through, and the task being renamed, even where they would not. */
  readonly rows: readonly Task[];
  /** The key of the task being renamed. */
  readonly editing: string | null;
  readonly startEditing: (task: Task) => void;
  readonly endEditing: (task: Task) => void;
  readonly noteDraft: (task: Task, text: string) => void;
}

/** The rows to draw; `onLost` hears of a rename whose task went away under it. */
export function useRows(onLost: (lost: LostDraft) => void): Rows {
  const visible = useVisibleTasks();
  const [editing, setEditing] = useState<string | null>(null);
  const edited = useTaskStore((state) =>
    editing === null ? undefined : state.tasks.find((task) => taskKey(task.id) === editing),
  );
  const draft = useRef<LostDraft | null>(null);

  useEffect(() => {
    if (editing === null || edited !== undefined) return;
    setEditing(null);
    // The field went away under the person's hands.
    if (document.activeElement === document.body) focusNewTask();
    if (draft.current !== null) onLost(draft.current);
    draft.current = null;
  }, [editing, edited, onLost]);

  const startEditing = useCallback((task: Task) => {
    draft.current = null;
    setEditing(taskKey(task.id));
  }, []);
  const endEditing = useCallback((task: Task) => {
    setEditing((current) => (current === taskKey(task.id) ? null : current));
  }, []);
  const noteDraft = useCallback((task: Task, text: string) => {
    const typed = text.trim();
    draft.current = typed === '' ? null : { title: task.title, draft: typed };
  }, []);

  const rows = useMemo(
    () => (edited === undefined || visible.includes(edited) ? visible : [...visible, edited].sort(compareTasks)),
    [visible, edited],
  );
  return { rows, editing, startEditing, endEditing, noteDraft };
}
