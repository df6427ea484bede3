'use client';

import { useTaskStore } from '@/stores/task-store';
import { AppHeader } from './app-header';
import { ConflictNotices } from './conflict-notices';
import { DeviceNotice } from './device-notice';
import { ErrorBanner } from './error-banner';
import { FilterBar } from './filter-bar';
import { NewTaskField } from './new-task-field';
import { OfflineNotice } from './offline-notice';
import { RejectionNotices } from './rejection-notices';
import { TaskList } from './task-list';
import { TaskSummary } from './task-summary';

/** Everything of the page /tasks. Needs a `TaskSyncProvider` above it, and shows what `useTaskStore` holds. */
export function TaskBoard() {
  const error = useTaskStore((state) => state.error);
  // A refusal has a notice of its own, with what can be done about it.
  const isRefusal = useTaskStore((state) => state.rejections.some(({ reason }) => reason === state.error));
  return (
    <>
      <AppHeader />
      <main className="mx-auto w-full max-w-[42rem] px-4 pt-7 pb-28 sm:px-6 sm:pt-12">
        <TaskSummary />
        <NewTaskField />
        <FilterBar />
        {error !== null && !isRefusal && <ErrorBanner text={error} />}
        {/* Always there, so that what comes into it is read out. */}
        <div aria-live="polite">
          <OfflineNotice />
          <DeviceNotice />
          <RejectionNotices />
          <ConflictNotices />
        </div>
        <TaskList />
      </main>
    </>
  );
}
