import { isRecord, isTaskId, type Mutation, type Task, taskKey } from '@/lib/protocol';
import type { ChangeTools } from './define-connector';
import { pageOf } from './foreign-rows';
import { json } from './rest';

type Send<T extends Task> = (mutation: Mutation<T>, tools: ChangeTools<T>) => Promise<Response>;

interface Waiting<T extends Task> {
  readonly mutation: Extract<Mutation<T>, { kind: 'update' }>;
  readonly tools: ChangeTools<T>;
  readonly settle: (response: Promise<Response>) => void;
}

/**
 * Sends updates that leave in one turn as one bulk update: what waited for a connection is one request. A server without
 * it gets them one by one ([DI53]).
 */
export function gatherUpdates<T extends Task>(sendOne: Send<T>) {
  let waiting: Waiting<T>[] = [];
  let hasBulk = true;

  const flush = async () => {
    const all = waiting;
    waiting = [];
    const first = all[0];
    const rows = first && all.length > 1 && hasBulk ? await sendAll(all, first.tools) : undefined;
    for (const { mutation, tools, settle } of all) {
      const row = rows?.get(taskKey(mutation.taskId));
      settle(row === undefined ? sendOne(mutation, tools) : Promise.resolve(Response.json(row)));
    }
  };

  /** The rows that the server answered; those that are missing are sent alone, where each gets its own refusal. */
  const sendAll = async (all: readonly Waiting<T>[], { call, signal, encode }: ChangeTools<T>) => {
    const updates = all.map(({ mutation }) => ({ id: mutation.taskId, ...encode(mutation.changes) }));
    try {
      const response = await call('/bulk', json('PATCH', { updates }), signal);
      hasBulk = response.status !== 404 && response.status !== 405;
      const page = response.ok ? pageOf(await response.json()) : undefined;
      return new Map(
        (page?.rows ?? []).flatMap((row) => (isRecord(row) && isTaskId(row.id) ? [[taskKey(row.id), row]] : [])),
      );
    } catch {
      return undefined;
    }
  };

  return (mutation: Waiting<T>['mutation'], tools: ChangeTools<T>): Promise<Response> =>
    new Promise((settle) => {
      if (waiting.push({ mutation, tools, settle }) === 1) queueMicrotask(() => void flush());
    });
}
