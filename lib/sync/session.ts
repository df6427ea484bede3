import { type ChannelUpdate, type Task, taskKey } from '@/lib/protocol';
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
  joinLane,
  type Patch,
  type Rejection,
} from '@/lib/replica';
import { backoffDelayMs } from '@/lib/websocket/backoff';
import { Listeners } from '@/lib/websocket/listeners';
import { applyAnswer, refusalOf } from './apply-answer';
import { applyChannelUpdate, PLAIN_CHANNEL } from './apply-channel-update';
import { CatchUp } from './catch-up';
import { ChannelPositions } from './channel-positions';
import { createDeviceKeeper, type DeviceKeeper } from './device-keeper';
import { createOutbox } from './outbox';
import { prepareChange, thawLanes } from './prepare-change';
import { browserSessionEnvironment } from './session-environment';
import type { Session, SessionOptions } from './session-options';
import { syncStatusOf } from './sync-status';

/** How long after a failed list request the next one is made, milliseconds. */
const REFETCH_DELAY_MS = 5_000;

/** Creates a session; nothing is opened before `connection.connect()` ([OB2]). */
export function createSession<T extends Task>(options: SessionOptions<T>): Session<T> {
  const { connector, connection, environment = browserSessionEnvironment, initial } = options;
  const replica = createReplica<T>();
  const patches = new Listeners<Patch<T>>(reportError);
  const rejections = new Listeners<Rejection<T>>(reportError);
  const notices = createNotices();
  const safeties = new Listeners<Iterable<string>>(reportError);
  const statuses = new Listeners<void>(reportError);
  const change = (apply: (patch: Patch<T>) => void) => {
    const patch = createPatch<T>();
    apply(patch);
    notices.addReceipts(patch.receipts);
    keeper?.note(patch);
    if (!isEmptyPatch(patch)) patches.emit(patch);
  };
  const delayOf = (attempt: number) => backoffDelayMs(attempt, environment.random);
  const abort = new AbortController();
  const channels = connector.wire === 'plain' ? [PLAIN_CHANNEL] : connector.channels(options.userId);
  const positions = new ChannelPositions(connector.wire === 'plain' ? [] : channels);
  let keeper: DeviceKeeper<T> | undefined;
  /** Is there a list to show, from the server or from this device? */
  let ready = false;
  /** Has a whole list come from the server? */
  let isKnown = false;
  let hasSpoken = false;
  const catchUp = new CatchUp();
  let status = syncStatusOf(connection.getConnection(), false);

  const refreshStatus = () => {
    // What an earlier page left belongs to the data: before it is there nothing is up to date.
    const isCurrent = isKnown && catchUp.isComplete && keeper?.isLoaded() !== false;
    const next = syncStatusOf(connection.getConnection(), isCurrent);
    if (JSON.stringify(next) === JSON.stringify(status)) return;
    status = next;
    statuses.emit();
  };

  const outbox = createOutbox<T>({
    replica,
    prepare: (pending) => {
      const { id, taskId } = pending.mutation;
      return keeper?.maySend(taskKey(taskId), id) === false ? undefined : prepareChange(replica, pending);
    },
    send: connector.mutate,
    onAnswer(mutation, given) {
      const answer = refusalOf(mutation, given);
      change((patch) => applyAnswer(replica, mutation, answer, environment.now(), patch));
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

  /** Reads a channel's tasks through the connector, for servers that send no snapshot. */
  const fetchSnapshot = async (channel: string) => {
    const sentTick = replica.tick;
    beginSnapshot(replica, channel);
    try {
      const { tasks } = await connector.fetchTasks(abort.signal);
      know();
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
    hasSpoken = true;
    if (update.type === 'snapshot' || (update.type === 'subscribed' && update.recovered)) know();
    if ((epochOf(update) ?? replica.epoch) !== replica.epoch) thawLanes(replica, outbox.isBusy);
    change((patch) => applyChannelUpdate(replica, update, environment.now(), patch));
    catchUp.receive(update);
    positions.receive(update);
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
    positions.set(initial.positions);
    know();
  } else if (initial !== undefined) {
    change((patch) => applyList(replica, initial.tasks, patch));
  }

  catchUp.reset(channels);
  const undos = [
    connection.addChannelListener(receiveUpdate),
    connection.subscribe(() => {
      if (connection.getConnection().state === 'connected') {
        outbox.kick();
        keeper?.adopt();
      } else catchUp.reset(channels);
      refreshStatus();
    }),
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
      positions: () => (isKnown ? positions.all() : undefined),
      onRestored(kept) {
        ready = true;
        positions.set(kept);
        connection.setPositions?.(kept);
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
      const list = await connector.fetchTasks(abort.signal);
      ready = hasSpoken = true;
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
      abort.abort();
      outbox.dispose();
      keeper?.dispose();
      for (const undo of undos.splice(0)) undo();
      connection.dispose();
    },
  };
}

/** The epoch that news is of, where it says so. */
function epochOf(update: ChannelUpdate): string | undefined {
  if (update.type === 'epoch') return update.epoch;
  return update.type === 'subscribed' ? update.position.epoch : undefined;
}

/** A listener's own fault is uncaught like that of a DOM listener; it must not stop the others. */
function reportError(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}
