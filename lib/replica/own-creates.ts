import { type Mutation, type Task, taskKey } from '@/lib/protocol';
import { refreshView } from './overlay';
import type { Patch } from './patch';
import { baseOf, type PendingMutation, type Replica } from './replica';
import { sameValue } from './same-value';

/**
 * A row that nobody knew, while an own new task of the same content is on its way: the row is that task under the id that
 * the server gave it. Its lane moves there, so that no second row is seen; it stays pending until its answer ([RP43]).
 *
 * @returns Whether there was such a task.
 */
export function adoptCreate<T extends Task>(replica: Replica<T>, key: string, row: T, patch: Patch<T>): boolean {
  if (replica.pending.size === 0 || replica.pending.has(key)) return false;
  for (const [from, [head]] of replica.pending) {
    if (head?.sent !== true || from !== taskKey(head.mutation.taskId)) continue;
    const wanted = wantedOf(replica, head.mutation);
    if (wanted === undefined || !saysThat(row, wanted)) continue;
    if (head.mutation.kind === 'create' && head.mutation.alike?.some((id) => taskKey(id) === key)) continue;
    moveLane(replica, from, row.id, patch);
    return true;
  }
  return false;
}

/** Takes note of what says the same already, before a new task is sent for the first time. */
export function noteAlike<T extends Task>(replica: Replica<T>, key: string, patch: Patch<T>): void {
  const [head, ...rest] = replica.pending.get(key) ?? [];
  if (head?.mutation.kind !== 'create') return;
  const { task } = head.mutation;
  const alike = replica.table.tasks().filter((each) => saysThat(each, task));
  const mutation = { ...head.mutation, alike: alike.map(({ id }) => id) };
  replica.pending.set(key, [{ ...head, mutation }, ...rest]);
  refreshView(replica, key, patch);
}

/**
 * Finds a new task whose answer was not heard among those that are known: one that says the same and did not stand there
 * when it was first sent ([RP45]).
 */
export function adoptKnown<T extends Task>(
  replica: Replica<T>,
  { taskId, task, alike = [] }: Extract<Mutation<T>, { kind: 'create' }>,
  patch: Patch<T>,
): boolean {
  const old = new Set(alike.map(taskKey));
  const made = replica.table
    .tasks()
    .find(
      ({ id }) => !old.has(taskKey(id)) && !replica.pending.has(taskKey(id)) && saysThat(baseRow(replica, id), task),
    );
  if (made !== undefined) moveLane(replica, taskId, made.id, patch);
  return made !== undefined;
}

function baseRow<T extends Task>(replica: Replica<T>, id: T['id']): object {
  return baseOf(replica, taskKey(id)) ?? {};
}

/** What a new row has to say to be what this change makes; a server without restore makes what was deleted anew. */
function wantedOf<T extends Task>(replica: Replica<T>, mutation: Mutation<T>): object | undefined {
  if (mutation.kind === 'create') return mutation.alike === undefined ? undefined : mutation.task;
  const last = mutation.kind === 'restore' ? replica.tombstones.get(taskKey(mutation.taskId))?.last : undefined;
  return last && { title: last.title, description: last.description };
}

/** Gives the own changes of a task to another id, in order; the changes after the first are about that id from now on. */
export function moveLane<T extends Task>(replica: Replica<T>, from: string, id: T['id'], patch: Patch<T>): void {
  const to = taskKey(id);
  const lane = replica.pending.get(from);
  if (lane === undefined || from === to) return;
  const moved = lane.map(
    (pending): PendingMutation<T> =>
      pending.mutation.kind === 'create' ? pending : { ...pending, mutation: { ...pending.mutation, taskId: id } },
  );
  replica.pending.delete(from);
  replica.pending.set(to, [...moved, ...(replica.pending.get(to) ?? [])]);
  refreshView(replica, from, patch);
  refreshView(replica, to, patch);
}

/** Does the row have every value of these fields? `null` and missing are the same; so are two spellings of one time. */
export function saysThat(row: object, fields: object): boolean {
  return Object.entries(fields).every(([field, value]) => {
    const theirs: unknown = Object.hasOwn(row, field) ? Reflect.get(row, field) : undefined;
    return sameValue(theirs ?? null, value ?? null) || isSameTime(theirs, value);
  });
}

/** Is this event what an own change that is under way leads to? */
export function isEchoOf<T extends Task>(mutation: Mutation<T>, kind: string, said: object | undefined): boolean {
  if (mutation.kind === 'delete') return kind === 'deleted';
  if (mutation.kind === 'restore') return kind === 'restored' || kind === 'created';
  return mutation.kind === 'update' && said !== undefined && saysThat(said, mutation.changes);
}

function isSameTime(a: unknown, b: unknown): boolean {
  if (typeof a !== 'string' || typeof b !== 'string' || !/^\d{4}-\d\d-\d\d/.test(a)) return false;
  return Date.parse(a) === Date.parse(b);
}
