import { taskUpdateClient as dialect, type ForeignConnector, type Task } from '@/lib/protocol';
import { defineConnector } from './define-connector';
import { type ForeignOptions, foreignPlan } from './foreign-options';

/** The connector for a WebSocket service of seed 001, the user id in the path, with the tasks in the backend beside it. */
export function taskUpdate<T extends Task = Task>(options: ForeignOptions): ForeignConnector<T> {
  const { auth, ...plan } = foreignPlan(options, (userId) => `/ws/${encodeURIComponent(userId)}`);
  return defineConnector({ ...plan, name: 'task-update', dialect, socket: { auth } });
}
