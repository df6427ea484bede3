import type { Metadata } from 'next';
import { TaskBoard } from '@/components/task-list';

export const metadata: Metadata = { title: 'Tasks' };

/**
 * The task list. There is no loading.tsx beside it: React would send its grey bars first and the tasks hidden behind them, while
 * the first paint is to have the tasks in it. The list knows by itself when it is loading.
 */
export default function TasksPage() {
  return <TaskBoard />;
}
