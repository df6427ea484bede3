'use client';

import { type SubmitEvent, useId, useRef, useState } from 'react';
import { Button } from '@/components/ui/button';
import { Icon } from '@/components/ui/icon';
import { useTaskStore } from '@/stores/task-store';
import { MAX_TITLE_CHARS } from './max-title-chars';

/**
 * Where a new task is typed; Enter adds it and leaves the cursor there for the next. The field is uncontrolled, so that what is
 * typed before the page comes alive stays.
 */
export function NewTaskField() {
  const field = useRef<HTMLInputElement>(null);
  const [missing, setMissing] = useState(false);
  const hintId = useId();

  const add = (title: string) => {
    setMissing(title.trim() === '');
    if (title.trim() === '') return;
    void useTaskStore.getState().addTask({ title });
  };
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    add(field.current?.value ?? '');
    if (field.current?.value.trim()) event.currentTarget.reset();
    field.current?.focus();
  };

  return (
    // `action` serves an Enter from before the page came alive: React repeats it then.
    <form action={(form) => add(String(form.get('title') ?? ''))} className="mt-6" id="new-task" onSubmit={submit}>
      <div className="flex items-center rounded-2xl border border-line bg-surface pr-2 shadow-card has-[input:focus-visible]:outline-2 has-[input:focus-visible]:outline-accent">
        <Icon className="mx-3 size-5 text-quiet" name="plus" />
        <input
          aria-describedby={missing ? hintId : undefined}
          aria-invalid={missing || undefined}
          aria-label="New task"
          autoComplete="off"
          className="h-14 min-w-0 flex-1 bg-transparent text-base outline-none"
          dir="auto"
          enterKeyHint="done"
          maxLength={MAX_TITLE_CHARS}
          name="title"
          onChange={() => setMissing(false)}
          placeholder="What needs doing?"
          ref={field}
          type="text"
        />
        <Button className="ml-2" look="accent" type="submit">
          Add
        </Button>
      </div>
      {missing && (
        <p className="mt-2 pl-11 text-sm text-danger" id={hintId} role="alert">
          A task needs a title: type one, then press Enter.
        </p>
      )}
    </form>
  );
}
