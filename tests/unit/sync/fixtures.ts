import type {
  ChannelUpdate,
  ConnectionState,
  Connector,
  Mutation,
  MutationAnswer,
  Position,
  Task,
  TaskList,
  TaskUpdate,
} from '@/lib/protocol';
import type { ScheduleTurn } from '@/lib/replica';
import { createSession, type Session, type SessionOptions } from '@/lib/sync';
import { task } from '@/tests/unit/replica/fixtures';

export { task };

/** Everything that waits for its time has it, and what comes of that has happened. */
export async function passTime(timers: { readonly run: () => void; cancelled: boolean }[]): Promise<void> {
  for (const timer of timers.filter(({ cancelled }) => !cancelled)) {
    timer.cancelled = true;
    timer.run();
  }
  await turns();
}

/** A connection whose news the test makes. */
export class ScriptedConnection {
  state: ConnectionState = { state: 'idle' };
  readonly calls: string[] = [];
  readonly #states = new Set<() => void>();
  readonly #updates = new Set<(update: ChannelUpdate) => void>();

  getConnection = () => this.state;
  subscribe = (listener: () => void) => {
    this.#states.add(listener);
    return () => this.#states.delete(listener);
  };
  addMessageListener = () => () => {};
  addChannelListener = (listener: (update: ChannelUpdate) => void) => {
    this.#updates.add(listener);
    return () => this.#updates.delete(listener);
  };
  connect = () => this.calls.push('connect');
  disconnect = () => this.calls.push('disconnect');
  dispose = () => this.calls.push('dispose');
  positions: Readonly<Record<string, Position>> | undefined;
  setPositions = (positions: Readonly<Record<string, Position>>) => {
    this.positions = positions;
  };

  become(state: ConnectionState): void {
    this.state = state;
    for (const listener of this.#states) listener();
  }

  hear(update: ChannelUpdate): void {
    for (const listener of this.#updates) listener(update);
  }

  /** Connects and brings a whole snapshot. */
  start(tasks: readonly Task[]): void {
    this.become({ state: 'connected', since: 0 });
    this.hear({ type: 'subscribed', channel: CHANNEL, recovered: false, replayed: 0, position: at(1) });
    this.hear({ type: 'snapshot', channel: CHANNEL, position: at(1), tasks });
  }
}

export const CHANNEL = 'user:u1';

export function at(seq: number): Position {
  return { epoch: 'e1', seq };
}

/** A native update as it comes over the wire. */
export function wireUpdate(event: TaskUpdate['event'], after: Task, seq: number, extra: Partial<TaskUpdate> = {}) {
  return {
    type: 'task_update',
    event,
    task: after,
    timestamp: '2026-01-01T00:00:00.000Z',
    channel: CHANNEL,
    seq,
    version: after.version ?? 0,
    taskId: after.id,
    eventId: `e${seq}`,
    ...extra,
  } satisfies TaskUpdate;
}

/** One request that waits for the test's answer. */
export interface Flight {
  readonly mutation: Mutation;
  answer(answer: MutationAnswer): Promise<void>;
  fail(): Promise<void>;
}

/** A session over a scripted connection and a server that answers when the test says so. */
export function bench(
  options: Partial<SessionOptions<Task>> & {
    list?: TaskList;
    channels?: readonly string[];
    scheduleTurn?: ScheduleTurn;
    onWake?: (wake: () => void) => () => void;
  } = {},
) {
  const connection = new ScriptedConnection();
  const flights: Flight[] = [];
  const timers: { ms: number; run: () => void; cancelled: boolean }[] = [];
  const connector: Connector = {
    name: 'scripted',
    wire: 'native',
    socketUrl: () => 'ws://test/ws',
    channels: () => options.channels ?? [CHANNEL],
    getToken: async () => 'token',
    fetchTasks: async () => options.list ?? { tasks: [], positions: {}, complete: true },
    mutate: (mutation) =>
      new Promise((resolve, reject) => {
        flights.push({
          mutation,
          answer: (answer) => settle(() => resolve(answer)),
          fail: () => settle(() => reject(new TypeError('network'))),
        });
      }),
  };
  const session: Session = createSession({
    userId: 'u1',
    connector,
    connection,
    environment: {
      now: () => 0,
      random: () => 0.5,
      setTimer(ms, run) {
        const timer = { ms, run, cancelled: false };
        timers.push(timer);
        return () => {
          timer.cancelled = true;
        };
      },
      ...(options.scheduleTurn && { scheduleTurn: options.scheduleTurn }),
      ...(options.onWake && { onWake: options.onWake }),
    },
    ...options,
  });
  return { session, connection, connector, flights, timers };
}

/** Does something and lets every promise that follows from it settle. */
async function settle(act: () => void): Promise<void> {
  act();
  await turns();
}

/** Lets the promises that are settled by now tell whoever waits for them. */
export async function turns(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await Promise.resolve();
}
