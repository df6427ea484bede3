import {
  type ChannelUpdate,
  type ConnectionSource,
  type Connector,
  type Mutation,
  type MutationAnswer,
  type Task,
  type TaskList,
  taskKey,
  type Undo,
} from '@/lib/protocol';
import {
  acknowledge,
  applyEvent,
  applyList,
  applyLocal,
  applySnapshot,
  beginEpoch,
  conflict,
  createReplica,
  gone,
  markSent,
  markUnsent,
  type Patch,
  type Rejection,
  reject,
  type TaskPort,
} from '@/lib/replica';
import { backoffDelayMs } from '@/lib/websocket/backoff';
import { Listeners } from '@/lib/websocket/listeners';
import { applyChannelUpdate } from './apply-channel-update';
import { createOutbox } from './outbox';
import { browserSessionEnvironment, type SessionEnvironment } from './session-environment';
import { type SyncStatus, syncStatusOf } from './sync-status';
import { createTurnBatcher } from './turn-batcher';

/** What a session is made of. */
export interface SessionOptions<T extends Task> {
  readonly userId: string;
  readonly connector: Connector<T>;
  /** The connection; the session owns it from now on. */
  readonly connection: ConnectionSource<T> & { dispose(): void };
  /** What the server already rendered, with its positions: the session goes on from there without a request. */
  readonly initial?: TaskList<T> | undefined;
  readonly environment?: SessionEnvironment;
}

/** One user's tasks kept the same as the server's: owns the replica, joins connection and outbox. */
export interface Session<T extends Task = Task> extends TaskPort<T> {
  readonly userId: string;
  readonly connection: ConnectionSource<T>;
  /** What the indicator says; the same object until it changes. */
  getStatus(): SyncStatus;
  /** Called after each change of the status. */
  onStatus(listener: () => void): Undo;
  /** Ends connection and outbox. */
  dispose(): void;
}

/** Creates a session; nothing is opened before `connection.connect()` ([OB2]). */
export function createSession<T extends Task>(options: SessionOptions<T>): Session<T> {
  const { connector, connection, environment = browserSessionEnvironment, initial } = options;
  const replica = createReplica<T>();
  const patches = new Listeners<Patch<T>>(reportError);
  const rejections = new Listeners<Rejection<T>>(reportError);
  const statuses = new Listeners<void>(reportError);
  const change = createTurnBatcher<T>((patch) => patches.emit(patch), environment.scheduleTurn);
  const abort = new AbortController();
  let ready = false;
  let behind = new Map<string, number>();
  let status = syncStatusOf(connection.getConnection(), true);

  const refreshStatus = () => {
    const next = syncStatusOf(connection.getConnection(), ready && behind.size === 0);
    if (JSON.stringify(next) === JSON.stringify(status)) return;
    status = next;
    statuses.emit();
  };

  const outbox = createOutbox<T>({
    replica,
    prepare: (mutationId) => markSent(replica, mutationId),
    send: connector.mutate,
    onAnswer: (mutation, answer) => change((patch) => applyAnswer(mutation, answer, patch)),
    delayOf: (attempt) => backoffDelayMs(attempt, environment.random),
    setTimer: environment.setTimer,
  });

  const applyAnswer = (mutation: Mutation<T>, answer: MutationAnswer<T>, patch: Patch<T>) => {
    switch (answer.outcome) {
      case 'done':
        return acknowledge(replica, mutation.id, inEpoch(answer.task, answer.epoch), environment.now(), patch);
      case 'conflict':
        return conflict(replica, mutation.id, answer.current, patch);
      case 'gone':
        return gone(replica, mutation.id, environment.now(), patch);
      case 'retry':
        return markUnsent(replica, mutation.id);
      case 'rejected':
        reject(replica, mutation.id, patch);
        return rejections.emit({ mutation, status: answer.status, reason: answer.reason });
    }
  };

  /** An answer of another epoch is true, but its version compares with nothing that is known. */
  const inEpoch = <A extends { readonly version?: number } | undefined>(task: A, epoch: string | undefined): A => {
    if (task === undefined || epoch === undefined || replica.epoch === undefined || epoch === replica.epoch)
      return task;
    const { version: _, ...rest } = task;
    return rest as A;
  };

  const receiveUpdate = (update: ChannelUpdate<T>) => {
    change((patch) => applyChannelUpdate(replica, update, environment.now(), patch));
    if (update.type === 'subscribed') behind.set(update.channel, update.position.seq);
    if (update.type === 'snapshot') {
      behind.delete(update.channel);
      ready = true;
    } else if ('channel' in update && update.type !== 'subscribed') {
      if (update.position.seq >= (behind.get(update.channel) ?? 0)) behind.delete(update.channel);
    } else if (update.type === 'subscribed' && update.recovered) {
      ready = true;
      if (update.replayed === 0) behind.delete(update.channel);
    }
    refreshStatus();
  };

  if (initial?.complete === true) {
    for (const [channel, position] of Object.entries(initial.positions)) {
      change((patch) => {
        beginEpoch(replica, position.epoch, patch);
        applySnapshot(replica, channel, initial.tasks, patch);
      });
    }
    ready = true;
  } else if (initial !== undefined) {
    change((patch) => applyList(replica, initial.tasks, patch));
  }

  const undos = [
    connection.addChannelListener(receiveUpdate),
    connection.subscribe(() => {
      if (connection.getConnection().state === 'connected') outbox.kick();
      else behind = new Map(connector.channels(options.userId).map((channel) => [channel, 0]));
      refreshStatus();
    }),
  ];

  return {
    userId: options.userId,
    connection,
    replica,
    submit(mutation) {
      const key = taskKey(mutation.taskId);
      const last = replica.pending.get(key)?.at(-1);
      const undone = mutation.kind === 'restore' && last?.mutation.kind === 'delete' && !last.sent && last.mutation.id;
      change((patch) => {
        if (undone) reject(replica, undone, patch);
        else applyLocal(replica, mutation, patch);
      });
      outbox.pump(key);
    },
    async refresh() {
      const list = await connector.fetchTasks(abort.signal);
      change((patch) => applyList(replica, list.tasks, patch));
      ready = true;
      refreshStatus();
    },
    isReady: () => ready,
    receive: (event) => change((patch) => applyEvent(replica, event, environment.now(), patch)),
    onPatch: (listener) => patches.add(listener),
    onRejected: (listener) => rejections.add(listener),
    getStatus: () => status,
    onStatus: (listener) => statuses.add(listener),
    dispose() {
      abort.abort();
      outbox.dispose();
      for (const undo of undos.splice(0)) undo();
      connection.dispose();
    },
  };
}

/** A listener's own fault is uncaught like that of a DOM listener; it must not stop the others. */
function reportError(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}
