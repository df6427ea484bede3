'use client';

import { useAuthStore } from '@/stores/auth-store';
import { useTaskStore } from '@/stores/task-store';

/** The heading: how many tasks are open, and whose they are. */
export function TaskSummary() {
  const name = useAuthStore((state) => state.user?.name);
  const open = useTaskStore((state) => state.tasks.reduce((count, task) => count + (task.completed ? 0 : 1), 0));
  const known = useTaskStore((state) => !state.loading || state.tasks.length > 0);
  const facts = [known && `${open} open`, name && `signed in as ${name}`].filter(Boolean).join(' · ');
  return (
    <header>
      <h1 className="text-[2rem] leading-tight font-semibold tracking-[-0.022em] sm:text-4xl">Tasks</h1>
      <p className="mt-1 min-h-[1.45em] break-words text-quiet tabular-nums first-letter:uppercase">{facts}</p>
    </header>
  );
}
