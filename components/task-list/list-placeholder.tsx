'use client';

import type { ReactNode } from 'react';
import { useSyncStatus } from '@/components/tasks/session-context';
import { Button } from '@/components/ui/button';
import { useTaskStore } from '@/stores/task-store';
import { focusSearch } from './focus-task';

const SKELETON_WIDTHS = ['w-3/5', 'w-2/5', 'w-1/2'];

/** What stands where no task is to be seen: the list is on its way, cannot be had, is empty, or nothing matches. */
export function ListPlaceholder() {
  const { state } = useSyncStatus();
  const isEmpty = useTaskStore(({ tasks }) => tasks.length === 0);
  const isLoading = useTaskStore(({ loading }) => loading);
  if (isEmpty && isLoading) return state === 'waiting' || state === 'stopped' ? <Offline /> : <Skeleton />;
  if (isEmpty) return <Words heading="Nothing to do" text="Your first task goes into the field above." />;
  return (
    <Words heading="No task matches" text="There are tasks, but the search or the filters hide them all.">
      <Button
        className="mt-4"
        onClick={() => {
          focusSearch();
          useTaskStore.getState().clearFilters();
        }}
      >
        Clear filters
      </Button>
    </Words>
  );
}

function Offline() {
  return (
    <Words
      heading="The task service does not answer"
      text="Your tasks appear as soon as it does. You can add new ones meanwhile: they are sent then."
    />
  );
}

function Words({
  heading,
  text,
  children,
}: {
  readonly heading: string;
  readonly text: string;
  readonly children?: ReactNode;
}) {
  return (
    <div className="mt-4 rounded-2xl border border-line border-dashed px-6 py-12 text-center">
      <h2 className="text-base font-semibold">{heading}</h2>
      <p className="mx-auto mt-1 max-w-80 text-quiet">{text}</p>
      {children}
    </div>
  );
}

/** Grey bars where the tasks will be. */
export function Skeleton() {
  return (
    <div
      className="mt-4 rounded-2xl border border-line bg-surface py-1 shadow-card"
      role="progressbar"
      aria-label="Loading tasks"
    >
      {SKELETON_WIDTHS.map((width) => (
        <div className="flex h-[2.8125rem] items-center gap-3 border-line px-[0.6875rem] not-last:border-b" key={width}>
          <span className="size-[1.375rem] rounded-full bg-sunken" />
          <span className={`h-3 rounded-full bg-sunken ${width}`} />
        </div>
      ))}
    </div>
  );
}
