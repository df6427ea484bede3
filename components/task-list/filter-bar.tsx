'use client';

import { useEffect, useRef } from 'react';
import { Icon } from '@/components/ui/icon';
import type { TaskFilters } from '@/stores/task-filters';
import { useTaskStore } from '@/stores/task-store';
import { PRIORITIES, priorityLabel } from './priorities';
import { PriorityMark } from './priority-mark';
import { PrioritySelect } from './priority-select';

const STATUSES: readonly { readonly value: TaskFilters['status']; readonly label: string }[] = [
  { value: 'all', label: 'All' },
  { value: 'active', label: 'Active' },
  { value: 'completed', label: 'Completed' },
];

/** Chooses what of the list is seen: words, state, priority. */
export function FilterBar() {
  const { status, priority } = useTaskStore((state) => state.filters);
  const { setFilters } = useTaskStore.getState();
  const any = priority === 'all';
  return (
    <div className="mt-5 flex flex-wrap gap-2">
      <SearchField />
      <fieldset className="flex flex-auto rounded-xl bg-sunken p-1 sm:flex-none">
        <legend className="sr-only">Show</legend>
        {STATUSES.map(({ value, label }) => (
          <label className="relative flex-1" key={value}>
            <input
              checked={status === value}
              className="peer absolute inset-0 size-full appearance-none rounded-lg"
              name="status"
              onChange={() => setFilters({ status: value })}
              type="radio"
              value={value}
            />
            <span className="pointer-events-none relative flex h-8 items-center justify-center rounded-lg px-3 text-sm font-medium text-quiet transition-colors peer-checked:bg-raised peer-checked:text-ink peer-checked:shadow-sm forced-colors:peer-checked:underline peer-hover:text-ink">
              {label}
            </span>
          </label>
        ))}
      </fieldset>
      <PrioritySelect
        className={`text-sm font-medium sm:pr-3 sm:pl-2 ${any ? 'bg-sunken text-quiet hover:text-ink' : 'bg-accent-soft text-accent'}`}
        label="Filter by priority"
        onChange={(value) => setFilters({ priority: value as TaskFilters['priority'] })}
        text={any ? 'Priority' : priorityLabel(priority)}
        options={[{ value: 'all', label: 'Any priority' }, ...PRIORITIES]}
        value={priority}
      >
        <PriorityMark priority={any ? 'high' : priority} />
      </PrioritySelect>
    </div>
  );
}

function SearchField() {
  const search = useTaskStore((state) => state.filters.search);
  const { setSearchQuery } = useTaskStore.getState();
  const field = useRef<HTMLInputElement>(null);
  // What was typed before the page came alive counts too.
  useEffect(() => {
    if (field.current?.value) setSearchQuery(field.current.value);
  }, [setSearchQuery]);
  return (
    <span className="relative flex w-full items-center sm:w-auto sm:min-w-0 sm:flex-1">
      <Icon className="pointer-events-none absolute left-3 size-4.5 text-quiet" name="search" />
      <input
        aria-label="Search tasks"
        autoComplete="off"
        className="h-10 w-full rounded-xl bg-sunken pr-3 pl-9.5 text-base sm:text-sm"
        enterKeyHint="search"
        onChange={(event) => setSearchQuery(event.target.value)}
        placeholder="Search"
        ref={field}
        type="search"
        value={search}
      />
    </span>
  );
}
