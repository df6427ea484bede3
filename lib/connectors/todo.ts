import { todoClient as dialect, encodeTodoAuth, type ForeignConnector, type Task } from '@/lib/protocol';
import { defineConnector } from './define-connector';
import { type ForeignOptions, foreignPlan } from './foreign-options';

/** The connector for the todo application (seed 004): the token in the first message, answered by `AUTH_SUCCESS`. */
export function todo<T extends Task = Task>(options: ForeignOptions): ForeignConnector<T> {
  const paths = ['/tasks/', '/api/v1/tasks/', '/api/tasks/'];
  const plan = foreignPlan(options, (userId) => `/ws/${encodeURIComponent(userId)}`, paths);
  const isFirstMessage = options.auth === undefined && options.getToken !== undefined;
  return defineConnector<T>({
    ...plan,
    name: 'todo',
    dialect,
    socket: isFirstMessage ? { auth: { message: encodeTodoAuth }, handshake: 'welcome' } : { auth: plan.auth },
    trustsUpdatedAt: true,
    send: async (mutation, tools) => (await import('./todo-changes')).sendTodo(mutation, tools),
  });
}
