'use client';

import { useTaskStore } from '@/stores/task-store';
import { AppHeader } from './app-header';
import { ConflictNotices } from './conflict-notices';
import { ErrorBanner } from './error-banner';
import { FilterBar } from './filter-bar';
import { NewTaskField } from './new-task-field';
import { TaskList } from './task-list';
import { TaskSummary } from './task-summary';

/** Everything of the page /tasks. Needs a `TaskSyncProvider` above it, and shows what `useTaskStore` holds. */
export function TaskBoard() {
  const error = useTaskStore((state) => state.error);
  return (
    <>
      <AppHeader />
      <main className="mx-auto w-full max-w-[42rem] px-4 pt-7 pb-28 sm:px-6 sm:pt-12">
        <TaskSummary />
        <NewTaskField />
        <FilterBar />
        {error !== null && <ErrorBanner text={error} />}
        <ConflictNotices />
        <TaskList />
      </main>
    </>
  );
}
