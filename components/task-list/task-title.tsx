'use client';

import { useEffect, useRef } from 'react';
import { Icon } from '@/components/ui/icon';
import type { Task } from '@/lib/protocol';
import { RenameField } from './rename-field';
import type { RowActions } from './task-row';

/** A task's title: text under a button that begins the renaming, or the field in which it is renamed. */
export function TaskTitle({
  task,
  isEditing,
  actions,
}: {
  readonly task: Task;
  readonly isEditing: boolean;
  readonly actions: RowActions;
}) {
  const button = useRef<HTMLButtonElement>(null);
  const refocus = useRef(false);
  useEffect(() => {
    if (isEditing || !refocus.current) return;
    refocus.current = false;
    button.current?.focus();
  }, [isEditing]);

  if (isEditing) {
    return (
      <RenameField
        onDraft={(text) => actions.noteDraft(task, text)}
        onLeave={(byKeyboard) => {
          refocus.current = byKeyboard;
          actions.endEditing(task);
        }}
        task={task}
      />
    );
  }
  return (
    <span className="relative min-w-0 flex-1 py-[0.6875rem] text-base leading-[1.375rem] sm:pr-7">
      <span className={`break-words ${task.completed ? 'text-quiet line-through decoration-1' : ''}`} dir="auto">
        {task.title}
      </span>
      <button
        aria-label={`Rename ${task.title}`}
        className="absolute inset-y-1 right-0 -left-1.5 flex items-center justify-end rounded-md pr-1.5 text-quiet focus-visible:outline-offset-0"
        onClick={() => actions.startEditing(task)}
        ref={button}
        type="button"
      >
        <span className="row-action hidden sm:inline">
          <Icon className="size-4" name="pencil" />
        </span>
      </button>
    </span>
  );
}
