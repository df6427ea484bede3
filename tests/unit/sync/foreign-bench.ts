import type { ForeignConnector, Mutation, MutationAnswer, Task, TaskEvent, TaskList } from '@/lib/protocol';
import { encodeTaskUpdate, taskUpdate } from '@/lib/protocol';
import { createSession } from '@/lib/sync';
import { ManualClock } from '@/lib/testing';
import { ScriptedConnection, task } from './fixtures';

/** A task as a server without versions has it. */
export function row(id: Task['id'], extra: Partial<Task> = {}): Task {
  const { version: _, ...rest } = task('x', 1);
  return { ...rest, id, title: `Task ${id}`, ...extra };
}

/** A request of the client that waits for the test's answer. */
export interface Question<A> {
  answer(answer: A): Promise<void>;
  fail(error?: unknown): Promise<void>;
}

/** A connection that reconnects in the same instant. */
class ObedientConnection extends ScriptedConnection {
  override connect = () => {
    const count = this.calls.push('connect');
    this.become({ state: 'connecting', attempt: 1 });
    this.become({ state: 'connected', since: count });
    this.hear({ type: 'resync' });
    return count;
  };
  override disconnect = () => {
    const count = this.calls.push('disconnect');
    this.become({ state: 'closed' });
    return count;
  };
}

/** A session with a server without versions of which the test plays every part. */
export function foreignBench(options: Partial<ForeignConnector> = {}) {
  const connection = new ObedientConnection();
  const clock = new ManualClock();
  const lists: Question<readonly Task[]>[] = [];
  const changes: (Question<MutationAnswer> & { readonly mutation: Mutation })[] = [];
  const connector: ForeignConnector = {
    name: 'scripted',
    wire: 'plain',
    socketUrl: () => 'ws://test/ws',
    socket: { decode: (frame) => taskUpdate.decode(frame) },
    fetchTasks: () => question<readonly Task[], TaskList>(lists, (tasks) => ({ tasks, positions: {}, complete: true })),
    mutate: (mutation) => question<MutationAnswer>(changes, (answer) => answer, { mutation }),
    ...options,
  };
  const session = createSession({
    userId: 'u1',
    connector,
    connection,
    environment: { now: () => clock.now(), random: () => 0.5, setTimer: (ms, run) => clock.setTimer(ms, run) },
  });
  const hear = (event: TaskEvent) => connection.hear({ type: 'plain', event, message: encodeTaskUpdate(event) });
  const start = async (tasks: readonly Task[]) => {
    connection.connect();
    await lists.at(-1)?.answer(tasks);
  };
  return { session, connection, clock, lists, changes, hear, start };
}

function question<A, R = A>(to: Question<A>[], read: (answer: A) => R, about: object = {}): Promise<R> {
  return new Promise((resolve, reject) => {
    to.push({
      answer: (answer) => settle(() => resolve(read(answer))),
      fail: (error = new TypeError('network')) => settle(() => reject(error)),
      ...about,
    });
  });
}

/** Does something and lets every promise that follows from it settle. */
export async function settle(act: () => void = () => {}): Promise<void> {
  act();
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}
