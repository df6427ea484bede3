'use client';

import { type KeyboardEvent, useId, useLayoutEffect, useRef, useState } from 'react';
import type { Task } from '@/lib/protocol';
import { useTaskStore } from '@/stores/task-store';
import { MAX_TITLE_CHARS } from './max-title-chars';

/**
 * Renames a task in place. Enter or going elsewhere saves, Escape leaves everything as it is. What comes from elsewhere
 * meanwhile is shown beside what is typed and never in its place ([RX24]).
 */
export function RenameField({
  task,
  onDraft,
  onLeave,
}: {
  readonly task: Task;
  readonly onDraft: (draft: string) => void;
  readonly onLeave: (byKeyboard: boolean) => void;
}) {
  const [before] = useState(task.title);
  /** `null` until something is typed: until then the field follows the task. */
  const [draft, setDraft] = useState<string | null>(null);
  const [missing, setMissing] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const noteId = useId();
  useLayoutEffect(() => {
    field.current?.focus();
    field.current?.select();
  }, []);

  const title = draft?.trim();
  const save = () => {
    if (title && title !== task.title) void useTaskStore.getState().updateTaskData(task.id, { title });
  };
  const handleKey = (event: KeyboardEvent) => {
    // An Enter that ends a composition belongs to the input method.
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'Escape') onLeave(true);
    if (event.key !== 'Enter') return;
    // The button that gets the focus next would be pressed by the rest of this key stroke.
    event.preventDefault();
    if (title === '') {
      setMissing(true);
      return;
    }
    save();
    onLeave(true);
  };
  const handleBlur = () => {
    // The window lost the focus, not the field: nothing was finished.
    if (document.activeElement === field.current) return;
    save();
    onLeave(false);
  };

  const theirs = draft !== null && task.title !== before ? task.title : undefined;
  const note = missing
    ? 'A task needs a title: type one, or press Escape to keep the old one.'
    : theirs && `Changed elsewhere to “${theirs}”. Enter saves yours, Escape keeps theirs.`;
  return (
    <span className="min-w-0 flex-1 py-1">
      <input
        aria-describedby={note ? noteId : undefined}
        aria-invalid={missing || undefined}
        aria-label="Title"
        autoComplete="off"
        className="-ml-1.5 h-9 w-full rounded-md bg-canvas px-1.5 text-base outline-2 -outline-offset-1 outline-accent"
        dir="auto"
        enterKeyHint="done"
        maxLength={MAX_TITLE_CHARS}
        onBlur={handleBlur}
        onChange={(event) => {
          setDraft(event.target.value);
          onDraft(event.target.value);
          setMissing(false);
        }}
        onKeyDown={handleKey}
        ref={field}
        type="text"
        value={draft ?? task.title}
      />
      <span
        aria-live="polite"
        className={`mt-1 block text-[0.8125rem] empty:hidden ${missing ? 'text-danger' : 'text-quiet'}`}
        id={noteId}
      >
        {note}
      </span>
    </span>
  );
}
