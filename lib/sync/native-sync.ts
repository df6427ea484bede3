import { type ChannelUpdate, type NativeConnector, type Task, taskKey, type Undo } from '@/lib/protocol';
import {
  applyList,
  applySnapshot,
  askList,
  beginEpoch,
  beginSnapshot,
  endList,
  findPending,
  isToldGone,
  settleTold,
} from '@/lib/replica';
import { applyAnswer } from './apply-answer';
import { applyChannelUpdate } from './apply-channel-update';
import { CatchUp } from './catch-up';
import { ChannelPositions } from './channel-positions';
import { DOUBT_DELAY_MS } from './list-watch';
import { prepareChange, thawLanes } from './prepare-change';
import type { ServerPort, ServerSync } from './server-sync';

/** So soon it is asked whether what an earlier page made is still there, milliseconds: its event may never come. */
export const RESUMED_DOUBT_MS = 100;

/** Keeps a replica equal to Taskwire's own service: channels with positions, tasks with versions, changes with keys. */
export function createNativeSync<T extends Task>(connector: NativeConnector<T>, port: ServerPort<T>): ServerSync<T> {
  const { userId, connection, replica, environment, change } = port;
  const context = { userId };
  const channels = connector.channels(userId);
  const positions = new ChannelPositions(channels);
  const catchUp = new CatchUp();
  const abort = new AbortController();
  /** Failed list requests in a row. */
  let failures = 0;
  let cancelSettling: Undo | undefined;
  /** The replica's tick when a channel brought its whole set last. */
  let lastSnapshot = -1;
  catchUp.reset(channels);

  /** Reads the list; one of an epoch that is over ([RP60]), or that a snapshot overtook ([RP66]), is asked for anew. */
  const fetchList = async () => {
    for (;;) {
      const asked = askList(replica);
      try {
        const list = await connector.fetchTasks(abort.signal, context);
        const isOfNow = asked.epoch === undefined || asked.epoch === replica.epoch;
        failures = 0;
        if (isOfNow && asked.sentTick > lastSnapshot) return { asked, ...list };
      } finally {
        endList(replica, asked);
      }
    }
  };

  /** The wait after a list that failed: drawn and growing as a reconnection's, so that a crowd does not ask as one ([OB35]). */
  const retryDelay = () => port.delayOf(++failures);

  /** Reads a channel's tasks through the connector, where the tasks live in another backend. */
  const fetchSnapshot = async (channel: string) => {
    try {
      const { asked, tasks } = await fetchList();
      port.onKnown();
      change((patch) => applySnapshot(replica, channel, tasks, patch, asked));
      settleLater(DOUBT_DELAY_MS);
    } catch {
      if (!abort.signal.aborted) environment.setTimer(retryDelay(), () => void fetchSnapshot(channel));
      return;
    }
    catchUp.complete(channel);
    port.onStatus();
  };

  /** Reads all tasks; what was told before and is not among them is gone. */
  const fetchAll = async () => {
    const { asked, tasks, complete } = await fetchList();
    port.onSpoken();
    change((patch) => {
      applyList(replica, tasks, patch, asked);
      if (complete) settleTold(replica, tasks, asked, environment.now(), patch);
    });
  };

  /** What a snapshot or an answer left in doubt is asked for, unless its event comes first ([RP57], [RP59]). */
  const settleLater = (ms: number) => {
    if (cancelSettling !== undefined || replica.told.size === 0) return;
    cancelSettling = environment.setTimer(ms, () => {
      cancelSettling = undefined;
      if (replica.told.size === 0) return;
      fetchAll().catch(() => abort.signal.aborted || settleLater(retryDelay()));
    });
  };

  /** Does the channel speak of a task that an answer or a list told to be gone? */
  const isContradicted = (update: ChannelUpdate<T>): boolean =>
    update.type === 'events' &&
    replica.told.size > 0 &&
    update.events.some((item) => item.type === 'task_update' && isToldGone(replica, taskKey(item.taskId)));

  return {
    start({ tasks, positions: given, complete }) {
      if (!complete) {
        change((patch) => applyList(replica, tasks, patch));
        return;
      }
      for (const [channel, position] of Object.entries(given)) {
        change((patch) => {
          beginEpoch(replica, position.epoch, patch);
          applySnapshot(replica, channel, tasks, patch);
        });
      }
      positions.set(given);
      port.onKnown();
    },
    receive(update) {
      // Before the change is delivered: whoever hears of it asks whether there is more to wait for.
      port.onSpoken();
      if (update.type === 'snapshot' || (update.type === 'subscribed' && update.recovered)) port.onKnown();
      if ((epochOf(update) ?? replica.epoch) !== replica.epoch) thawLanes(replica, port.isBusy);
      change((patch) => applyChannelUpdate(replica, update, environment.now(), patch));
      if (update.type === 'snapshot') lastSnapshot = replica.tick;
      catchUp.receive(update);
      positions.receive(update);
      if (update.type === 'subscribed' && !update.recovered && update.source === 'backend') {
        void fetchSnapshot(update.channel);
      }
      if (update.type === 'snapshot' || isContradicted(update)) settleLater(DOUBT_DELAY_MS);
      port.onStatus();
    },
    follow() {
      if (connection.getConnection().state === 'connected') return;
      catchUp.reset(channels);
      // The last of these states is the handshake, which asks for them.
      for (const channel of channels) beginSnapshot(replica, channel);
    },
    prepare: (pending) => prepareChange(replica, pending),
    applyAnswer(mutation, answer, patch) {
      const { sentTick = 0, sent = false } = findPending(replica, mutation.id)?.pending ?? {};
      applyAnswer(replica, mutation, answer, environment.now(), patch);
      const saysGone = answer.outcome === 'gone' || (answer.outcome === 'done' && answer.task === undefined);
      // Sent, but not by this page: it may have been made long before the snapshot that lacks it.
      if (sent && sentTick === 0 && mutation.kind === 'create') {
        cancelSettling?.();
        cancelSettling = undefined;
        settleLater(RESUMED_DOUBT_MS);
      }
      if (saysGone || sentTick < replica.snapshotTick) settleLater(DOUBT_DELAY_MS);
    },
    refresh: fetchAll,
    isCurrent: () => catchUp.isComplete,
    positions: () => positions.all(),
    place(kept) {
      positions.set(kept);
      connection.setPositions?.(kept);
    },
    dispose() {
      abort.abort();
      cancelSettling?.();
    },
  };
}

/** The epoch that news is of, where it says so. */
function epochOf(update: ChannelUpdate): string | undefined {
  if (update.type === 'epoch') return update.epoch;
  return update.type === 'subscribed' ? update.position.epoch : undefined;
}
