import {
  type ChannelUpdate,
  type ConnectionSource,
  type Connector,
  type Task,
  type TaskList,
  taskKey,
  type Undo,
} from '@/lib/protocol';
import {
  applyEvent,
  applyList,
  applyLocal,
  applySnapshot,
  beginEpoch,
  beginSnapshot,
  createNotices,
  createPatch,
  createReplica,
  isEmptyPatch,
  markSent,
  type Patch,
  type Rejection,
  reject,
  type TaskPort,
} from '@/lib/replica';
import { backoffDelayMs } from '@/lib/websocket/backoff';
import { Listeners } from '@/lib/websocket/listeners';
import { applyAnswer } from './apply-answer';
import { applyChannelUpdate, PLAIN_CHANNEL } from './apply-channel-update';
import { CatchUp } from './catch-up';
import { createOutbox } from './outbox';
import { browserSessionEnvironment, type SessionEnvironment } from './session-environment';
import { type SyncStatus, syncStatusOf } from './sync-status';

/** How long after a failed list request the next one is made, milliseconds. */
const REFETCH_DELAY_MS = 5_000;

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
  const notices = createNotices();
  const statuses = new Listeners<void>(reportError);
  const change = (apply: (patch: Patch<T>) => void) => {
    const patch = createPatch<T>();
    apply(patch);
    notices.addReceipts(patch.receipts);
    if (!isEmptyPatch(patch)) patches.emit(patch);
  };
  const abort = new AbortController();
  let ready = false;
  const catchUp = new CatchUp();
  let status = syncStatusOf(connection.getConnection(), false);

  const refreshStatus = () => {
    const next = syncStatusOf(connection.getConnection(), ready && catchUp.isComplete);
    if (JSON.stringify(next) === JSON.stringify(status)) return;
    status = next;
    statuses.emit();
  };

  const outbox = createOutbox<T>({
    replica,
    prepare: (mutationId) => markSent(replica, mutationId),
    send: connector.mutate,
    onAnswer(mutation, answer) {
      change((patch) => applyAnswer(replica, mutation, answer, environment.now(), patch));
      if (answer.outcome !== 'rejected') return;
      const rejection = { mutation, status: answer.status, reason: answer.reason };
      notices.addRejections([rejection]);
      rejections.emit(rejection);
    },
    delayOf: (attempt) => backoffDelayMs(attempt, environment.random),
    setTimer: environment.setTimer,
  });

  /** Reads a channel's tasks through the connector, for servers that send no snapshot. */
  const fetchSnapshot = async (channel: string) => {
    const sentTick = replica.tick;
    beginSnapshot(replica, channel);
    try {
      const { tasks } = await connector.fetchTasks(abort.signal);
      ready = true;
      change((patch) => applySnapshot(replica, channel, tasks, patch, sentTick));
    } catch {
      if (!abort.signal.aborted) environment.setTimer(REFETCH_DELAY_MS, () => void fetchSnapshot(channel));
      return;
    }
    catchUp.complete(channel);
    refreshStatus();
  };

  const receiveUpdate = (update: ChannelUpdate<T>) => {
    // Before the change is delivered: whoever hears of it asks whether there is more to wait for.
    ready ||= update.type === 'snapshot' || (update.type === 'subscribed' && update.recovered);
    change((patch) => applyChannelUpdate(replica, update, environment.now(), patch));
    catchUp.receive(update);
    if (update.type === 'resync') {
      catchUp.reset([PLAIN_CHANNEL]);
      void fetchSnapshot(PLAIN_CHANNEL);
    } else if (update.type === 'subscribed' && !update.recovered && update.source === 'backend') {
      void fetchSnapshot(update.channel);
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

  const channels = connector.wire === 'plain' ? [PLAIN_CHANNEL] : connector.channels(options.userId);
  catchUp.reset(channels);
  const undos = [
    connection.addChannelListener(receiveUpdate),
    connection.subscribe(() => {
      if (connection.getConnection().state === 'connected') outbox.kick();
      else catchUp.reset(channels);
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
      ready = true;
      change((patch) => applyList(replica, list.tasks, patch));
      refreshStatus();
    },
    isReady: () => ready,
    receive: (event) => change((patch) => applyEvent(replica, event, environment.now(), patch)),
    onPatch: (listener) => patches.add(listener),
    onRejected: (listener) => rejections.add(listener),
    safetyOf(id) {
      const key = taskKey(id);
      if (notices.isRejected(key)) return 'rejected';
      return replica.pending.has(key) ? 'saving' : 'saved';
    },
    onSafety: () => () => {},
    getFacts: notices.get,
    onFacts: notices.subscribe,
    dropNotices: notices.drop,
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
