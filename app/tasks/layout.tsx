import { redirect } from 'next/navigation';
import type { ReactNode } from 'react';
import { readOtherServer } from '@/app/_server/other-server';
import { readFirstTasks } from '@/app/_server/service-api';
import { readSession } from '@/app/_server/session';
import { TaskSyncProvider } from '@/components/tasks/task-sync-provider';
import { OtherServerProvider } from './other-server-provider';

/** Everything under /tasks: only for people who are signed in, with their tasks already in the first paint. */
export default async function TasksLayout({ children }: { readonly children: ReactNode }) {
  const session = await readSession();
  const other = readOtherServer(process.env);
  if (other !== null) {
    const { token, ...server } = other;
    return (
      <OtherServerProvider {...server} hasToken={token !== undefined}>
        {children}
      </OtherServerProvider>
    );
  }
  const initial = session === null ? 'refused' : await readFirstTasks(session.token);
  if (initial === 'refused') redirect('/login');

  const user = session?.user;
  return (
    <TaskSyncProvider userId={user?.id || null} initial={initial ?? undefined}>
      {children}
    </TaskSyncProvider>
  );
}
