import { type ChannelUpdate, type Connector, type Task, taskEventOf, taskKey } from '@/lib/protocol';
import {
  applyEvent,
  applyLocal,
  baseOf,
  createNotices,
  createPatch,
  createReplica,
  joinLane,
  type Patch,
  type Rejection,
  receiptsNamedBy,
} from '@/lib/replica';
import { backoffDelayMs } from '@/lib/websocket/backoff';
import { Listeners } from '@/lib/websocket/listeners';
import { refusalOf } from './apply-answer';
import { createDeviceKeeper, type DeviceKeeper } from './device-keeper';
import { createForeignSync } from './foreign-sync';
import { createNativeSync } from './native-sync';
import { createOutbox, type Outbox } from './outbox';
import type { ServerPort, ServerSync } from './server-sync';
import { browserSessionEnvironment } from './session-environment';
import type { Session, SessionOptions } from './session-options';
import { syncStatusOf } from './sync-status';

/** Creates a session; nothing is opened before `connection.connect()` ([OB2]). */
export function createSession<T extends Task>(options: SessionOptions<T>): Session<T> {
  const { connector, connection, environment = browserSessionEnvironment, initial } = options;
  const replica = createReplica<T>();
  const patches = new Listeners<Patch<T>>(reportError);
  const rejections = new Listeners<Rejection<T>>(reportError);
  const notices = createNotices();
  const safeties = new Listeners<Iterable<string>>(reportError);
  const statuses = new Listeners<void>(reportError);
  /** Made once and used for one change after the other; absent while one is told of. */
  let spare: Patch<T> | undefined;
  const change = (apply: (patch: Patch<T>) => void) => {
    const patch = spare ?? createPatch<T>();
    spare = undefined;
    apply(patch);
    notices.addReceipts(patch.receipts);
    keeper?.note(patch);
    if (!patch.isEmpty) patches.emit(patch);
    patch.clear();
    spare = patch;
  };
  const delayOf = (attempt: number) => backoffDelayMs(attempt, environment.random);
  let keeper: DeviceKeeper<T> | undefined;
  /** Is there a list to show, from the server or from this device? */
  let ready = false;
  /** Has a whole list come from the server? */
  let isKnown = false;
  let hasSpoken = false;
  let seen = { connection: connection.getConnection(), isCurrent: false };
  let status = syncStatusOf(seen.connection, seen.isCurrent);

  const refreshStatus = () => {
    // What an earlier page left belongs to the data: before it is there nothing is up to date.
    const isCurrent = isKnown && server.isCurrent() && keeper?.isLoaded() !== false;
    const state = connection.getConnection();
    // Asked after each frame, and most times nothing is new.
    if (state === seen.connection && isCurrent === seen.isCurrent) return;
    seen = { connection: state, isCurrent };
    const next = syncStatusOf(state, isCurrent);
    if (JSON.stringify(next) === JSON.stringify(status)) return;
    status = next;
    statuses.emit();
  };

  const outbox: Outbox = createOutbox<T>({
    replica,
    prepare: (pending) => {
      const { id, taskId } = pending.mutation;
      return keeper?.maySend(taskKey(taskId), id) === false ? undefined : server.prepare(pending);
    },
    send: (mutation, signal) => {
      const key = taskKey(mutation.taskId);
      const known = baseOf(replica, key) ?? replica.tombstones.get(key)?.last;
      return connector.mutate(mutation, signal, { userId: options.userId, known });
    },
    onAnswer(mutation, given) {
      const answer = refusalOf(mutation, given);
      change((patch) => server.applyAnswer(mutation, answer, patch));
      if (answer.outcome !== 'rejected') return;
      const rejection = { mutation, status: answer.status, reason: answer.reason };
      notices.addRejections([rejection]);
      keeper?.refuse(rejection);
      rejections.emit(rejection);
    },
    delayOf,
    setTimer: environment.setTimer,
    scheduleTurn: environment.scheduleTurn,
  });

  /** The server has told all: what was kept of earlier is not needed any more. */
  const know = () => {
    ready = isKnown = hasSpoken = true;
    notices.setDevice({ lastKnownAt: null });
  };

  /** Whose the changes were that only an answer told of ([OB33]). */
  const nameReceipts = (update: ChannelUpdate<T>) => {
    if (update.type !== 'events' || notices.get().receipts.length === 0) return;
    for (const item of update.events) {
      if (item.type !== 'task_update') continue;
      const named = receiptsNamedBy(notices.get().receipts, taskEventOf(item));
      notices.addReceipts(named);
      keeper?.renew(named);
    }
  };

  const server = createServerSync<T>(connector, {
    userId: options.userId,
    connection,
    replica,
    environment,
    change,
    delayOf,
    isBusy: (key) => outbox.isBusy(key),
    onSpoken() {
      hasSpoken = true;
    },
    onKnown: know,
    onStatus: refreshStatus,
    onReleased() {
      for (const key of [...replica.pending.keys()]) outbox.pump(key);
    },
  });
  if (initial !== undefined) server.start(initial);

  const undos = [
    connection.addChannelListener(server.receive),
    connection.addChannelListener(nameReceipts),
    connection.subscribe(() => {
      server.follow();
      if (connection.getConnection().state === 'connected') {
        outbox.kick();
        keeper?.adopt();
      }
      refreshStatus();
    }),
    ...(environment.onWake ? [environment.onWake(outbox.kick)] : []),
  ];

  keeper =
    options.device &&
    createDeviceKeeper<T>({
      device: options.device,
      replica,
      notices,
      change,
      delayOf,
      now: environment.now,
      setTimer: environment.setTimer,
      hasSpoken: () => hasSpoken,
      isKnown: () => isKnown,
      positions: () => (isKnown ? server.positions() : undefined),
      onRestored(kept) {
        ready = true;
        server.place(kept);
      },
      onKept(keys) {
        for (const key of keys) outbox.pump(key);
        safeties.emit(keys);
        refreshStatus();
      },
    });

  return {
    userId: options.userId,
    connection,
    replica,
    submit(mutation) {
      const key = taskKey(mutation.taskId);
      change((patch) => {
        if (!joinLane(replica, mutation, patch)) applyLocal(replica, mutation, patch);
      });
      outbox.offer(key);
    },
    async refresh() {
      await server.refresh();
      ready = true;
      refreshStatus();
    },
    isReady: () => ready,
    receive: (event) => change((patch) => applyEvent(replica, event, environment.now(), patch)),
    onPatch: (listener) => patches.add(listener),
    onRejected: (listener) => rejections.add(listener),
    safetyOf(id) {
      const key = taskKey(id);
      if (notices.isRejected(key)) return 'rejected';
      if (!replica.pending.has(key)) return 'saved';
      return keeper?.isKept(key) === true ? 'on this device' : 'saving';
    },
    onSafety: (listener) => safeties.add(listener),
    getFacts: notices.get,
    onFacts: notices.subscribe,
    dropNotices(ids) {
      notices.drop(ids);
      keeper?.drop(ids);
    },
    getStatus: () => status,
    onStatus: (listener) => statuses.add(listener),
    dispose() {
      server.dispose();
      outbox.dispose();
      keeper?.dispose();
      for (const undo of undos.splice(0)) undo();
      connection.dispose();
    },
  };
}

/** The part that knows what kind of server this is. */
function createServerSync<T extends Task>(connector: Connector<T>, port: ServerPort<T>): ServerSync<T> {
  return connector.wire === 'plain' ? createForeignSync(connector, port) : createNativeSync(connector, port);
}

/** A listener's own fault is uncaught like that of a DOM listener; it must not stop the others. */
function reportError(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}
