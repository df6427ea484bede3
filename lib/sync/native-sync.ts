import type { ChannelUpdate, NativeConnector, Task } from '@/lib/protocol';
import { applyList, applySnapshot, askList, beginEpoch, beginSnapshot } from '@/lib/replica';
import { applyAnswer } from './apply-answer';
import { applyChannelUpdate } from './apply-channel-update';
import { CatchUp } from './catch-up';
import { ChannelPositions } from './channel-positions';
import { prepareChange, thawLanes } from './prepare-change';
import type { ServerPort, ServerSync } from './server-sync';

/** How long after a failed list request the next one is made, milliseconds. */
const REFETCH_DELAY_MS = 5_000;

/** Keeps a replica equal to Taskwire's own service: channels with positions, tasks with versions, changes with keys. */
export function createNativeSync<T extends Task>(connector: NativeConnector<T>, port: ServerPort<T>): ServerSync<T> {
  const { userId, connection, replica, environment, change } = port;
  const context = { userId };
  const channels = connector.channels(userId);
  const positions = new ChannelPositions(channels);
  const catchUp = new CatchUp();
  const abort = new AbortController();
  catchUp.reset(channels);

  /** Reads a channel's tasks through the connector, where the tasks live in another backend. */
  const fetchSnapshot = async (channel: string) => {
    const asked = askList(replica);
    beginSnapshot(replica, channel);
    try {
      const { tasks } = await connector.fetchTasks(abort.signal, context);
      port.onKnown();
      change((patch) => applySnapshot(replica, channel, tasks, patch, asked));
    } catch {
      if (!abort.signal.aborted) environment.setTimer(REFETCH_DELAY_MS, () => void fetchSnapshot(channel));
      return;
    }
    catchUp.complete(channel);
    port.onStatus();
  };

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
      catchUp.receive(update);
      positions.receive(update);
      if (update.type === 'subscribed' && !update.recovered && update.source === 'backend') {
        void fetchSnapshot(update.channel);
      }
      port.onStatus();
    },
    follow() {
      if (connection.getConnection().state !== 'connected') catchUp.reset(channels);
    },
    prepare: (pending) => prepareChange(replica, pending),
    applyAnswer: (mutation, answer, patch) => applyAnswer(replica, mutation, answer, environment.now(), patch),
    async refresh() {
      const asked = askList(replica);
      const { tasks } = await connector.fetchTasks(abort.signal, context);
      port.onSpoken();
      change((patch) => applyList(replica, tasks, patch, asked));
    },
    isCurrent: () => catchUp.isComplete,
    positions: () => positions.all(),
    place(kept) {
      positions.set(kept);
      connection.setPositions?.(kept);
    },
    dispose: () => abort.abort(),
  };
}

/** The epoch that news is of, where it says so. */
function epochOf(update: ChannelUpdate): string | undefined {
  if (update.type === 'epoch') return update.epoch;
  return update.type === 'subscribed' ? update.position.epoch : undefined;
}
