import type { Mutation, Task } from '@/lib/protocol';
import type { ChangeTools } from './define-connector';
import { json } from './rest';

/** One change as most servers want it: `POST`, `PATCH` (or `PUT` of the whole row, where there is no `PATCH`), `DELETE`. */
export async function sendPlainly<T extends Task>(
  mutation: Mutation<T>,
  { call, signal, encode, known }: ChangeTools<T>,
  restores = false,
): Promise<Response> {
  const path = `/${encodeURIComponent(mutation.taskId)}`;
  switch (mutation.kind) {
    case 'create':
      return call('', json('POST', encode(mutation.task)), signal);
    case 'update': {
      const response = await call(path, json('PATCH', encode(mutation.changes)), signal);
      if (response.status !== 405 && response.status !== 501) return response;
      return call(path, json('PUT', encode({ ...known, ...mutation.changes })), signal);
    }
    case 'delete':
      return call(path, { method: 'DELETE' }, signal);
    case 'restore':
      return restores
        ? call(`${path}/restore`, { method: 'POST' }, signal)
        : call('', json('POST', encode(contentOf(known))), signal);
  }
}

/** What a person put into a task; the rest is the server's to say anew. */
export function contentOf(task: Partial<Task> = {}): object {
  const { id: _id, version: _version, createdAt: _created, updatedAt: _updated, completedAt: _done, ...content } = task;
  return content;
}
