import type { Metadata } from 'next';
import { TaskBoard } from '@/components/task-list';

export const metadata: Metadata = { title: 'Tasks' };

/** The task list. */
export default function TasksPage() {
  return <TaskBoard />;
}
