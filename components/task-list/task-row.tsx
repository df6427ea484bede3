'use client';

import { memo } from 'react';
import { Button } from '@/components/ui/button';
import { Icon } from '@/components/ui/icon';
import { type Task, taskKey } from '@/lib/protocol';
import { useTaskStore } from '@/stores/task-store';
import { PRIORITIES, priorityLabel } from './priorities';
import { PriorityMark } from './priority-mark';
import { PrioritySelect } from './priority-select';
import { SafetyMark } from './safety-mark';
import { TaskTitle } from './task-title';

const PRIORITY_OPTIONS = [{ value: '', label: 'No priority' }, ...PRIORITIES];

/** What the list does for its rows; the same object for the life of the list. */
export interface RowActions {
  readonly startEditing: (task: Task) => void;
  readonly endEditing: (task: Task) => void;
  /** Hears each keystroke of a rename. */
  readonly noteDraft: (task: Task, text: string) => void;
  /** `row` is the element that may vanish. */
  readonly toggle: (task: Task, row: Element | null) => void;
  readonly remove: (task: Task, row: Element | null) => void;
}

/** One task. Drawn anew only when its task object changes, or its editing begins or ends. */
export const TaskRow = memo(function TaskRow({
  task,
  isEditing,
  actions,
}: {
  readonly task: Task;
  readonly isEditing: boolean;
  readonly actions: RowActions;
}) {
  const { title, completed, priority } = task;
  return (
    <li className="row flex items-start border-line pr-1 not-last:border-b sm:pr-2" data-key={taskKey(task.id)}>
      <input
        aria-label={`Complete ${title}`}
        checked={completed}
        className="check"
        onChange={(event) => actions.toggle(task, event.currentTarget.closest('li'))}
        type="checkbox"
      />
      <TaskTitle actions={actions} isEditing={isEditing} task={task} />
      <SafetyMark id={task.id} />
      <PrioritySelect
        className={`mt-0.5 text-[0.8125rem] sm:w-23 sm:justify-start sm:pl-1.5 ${priority === 'urgent' ? 'text-danger' : 'text-quiet'} ${priority ? '' : 'row-action'}`}
        label={`Priority of ${title}`}
        onChange={(value) =>
          void useTaskStore.getState().updateTaskData(task.id, { priority: value === '' ? null : value })
        }
        options={PRIORITY_OPTIONS}
        text={priorityLabel(priority)}
        value={priority ?? ''}
      >
        <PriorityMark priority={priority} />
      </PrioritySelect>
      <Button
        aria-label={`Delete ${title}`}
        className="row-action mt-0.5 hover:text-danger"
        look="icon"
        onClick={(event) => actions.remove(task, event.currentTarget.closest('li'))}
        title="Delete"
      >
        <Icon className="size-4.5" name="trash" />
      </Button>
    </li>
  );
});
