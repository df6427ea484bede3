import {
  type ForeignConnector,
  type Mutation,
  type MutationAnswer,
  RequestError,
  type Task,
  taskKey,
  type Undo,
} from '@/lib/protocol';
import {
  acknowledgeForeign,
  adoptKnown,
  applyForeignEvent,
  applyForeignList,
  baseOf,
  findPending,
  forgetAttempt,
  markAttempt,
  noteAlike,
  rejectForeign,
} from '@/lib/replica';
import { applyAnswer } from './apply-answer';
import { EXTRA_LIST_MS, ListWatch } from './list-watch';
import type { ServerPort, ServerSync } from './server-sync';

/** News that is late may still come so long after a list that knows of it already, milliseconds. */
export const DEAF_GRACE_MS = 3_000;

/** A server that stays deaf over a reconnection is not reconnected to again before this, milliseconds. */
export const DEAF_AGAIN_MS = 5 * EXTRA_LIST_MS;

/** Stands for "all tasks" of a server without channels. */
export const PLAIN_CHANNEL = 'plain';

/**
 * Keeps a replica equal to a server without versions: events in the order in which they arrive, lists for what was missed,
 * own changes only on top of a list that is not older than the connection ([RP40] and what follows). It asks for nothing
 * before there is a connection.
 */
export function createForeignSync<T extends Task>(connector: ForeignConnector<T>, port: ServerPort<T>): ServerSync<T> {
  const { connection, replica, environment, change } = port;
  const rules = { trustsUpdatedAt: connector.trustsUpdatedAt === true };
  /** New tasks that may have been made without anybody knowing; the list tells. */
  const unsure = new Set<string>();
  const suspects = new Set<string>();
  let isHeld = true;
  let isFirstList = true;
  let isListWanted = true;
  let wasConnected = false;
  let isCurrent = false;
  let isDeafAgain = false;
  let deafUntil = 0;
  let cancelVerdict: Undo | undefined;

  const release = () => {
    if (!isHeld) return;
    isHeld = false;
    port.onReleased();
  };

  const fetch = async (signal: AbortSignal) => {
    const sentTick = replica.tick;
    const doubted = [...unsure];
    const { tasks, complete } = await connector.fetchTasks(signal, { userId: port.userId });
    if (signal.aborted) throw signal.reason;
    let missed: ReadonlySet<string> = new Set();
    port.onKnown();
    change((patch) => {
      missed = applyForeignList(replica, PLAIN_CHANNEL, { tasks, isComplete: complete, sentTick }, patch);
    });
    for (const id of doubted) unsure.delete(id);
    if (!isFirstList) suspect(missed);
    isFirstList = isHeld = false;
    isCurrent = connection.getConnection().state === 'connected';
    port.onStatus();
    port.onReleased();
  };

  /** May a new task be sent? Not before it can be told from what is there, and not when it is there itself. */
  const mayMake = (mutation: Extract<Mutation<T>, { kind: 'create' }>, tried: boolean): boolean => {
    if (mutation.alike === undefined) {
      change((patch) => noteAlike(replica, mutation.taskId, patch));
      queueMicrotask(port.onReleased);
      return false;
    }
    const placeOf = () => findPending(replica, mutation.id)?.key ?? mutation.taskId;
    if (tried && placeOf() === mutation.taskId) change((patch) => void adoptKnown(replica, mutation, patch));
    if (placeOf() === mutation.taskId) return true;
    // It was found at the server. While its request is under way, the answer comes first.
    if (port.isBusy(mutation.taskId)) return false;
    const found = baseOf(replica, placeOf());
    change((patch) => acknowledgeForeign(replica, mutation, found, environment.now(), patch));
    queueMicrotask(port.onReleased);
    return false;
  };

  const watch = new ListWatch({
    fetch,
    now: environment.now,
    setTimer: environment.setTimer,
    delayOf: port.delayOf,
    onFailure(error) {
      // A server that answers, but not with a list, is no reason to keep changes back.
      if (error instanceof RequestError && error.status < 500) release();
    },
  });

  /** The list knew of changes that no event told: they are late, or nobody will ever tell them here ([RS31]). */
  const suspect = (missed: ReadonlySet<string>) => {
    cancelVerdict?.();
    suspects.clear();
    if (missed.size === 0 || connection.getConnection().state !== 'connected') return;
    for (const key of missed) suspects.add(key);
    cancelVerdict = environment.setTimer(DEAF_GRACE_MS, () => {
      const now = environment.now();
      if (suspects.size === 0 || (isDeafAgain && now < deafUntil)) return;
      isDeafAgain = true;
      deafUntil = now + DEAF_AGAIN_MS;
      connection.disconnect();
      connection.connect();
    });
  };

  return {
    start({ tasks, complete }) {
      port.onKnown();
      const list = { tasks, isComplete: complete, sentTick: replica.tick };
      change((patch) => void applyForeignList(replica, PLAIN_CHANNEL, list, patch));
    },
    receive(update) {
      if (update.type === 'plain') {
        port.onSpoken();
        const event = { ...update.event, channel: PLAIN_CHANNEL };
        suspects.delete(taskKey(event.taskId));
        isDeafAgain = false;
        watch.heard();
        let isDoubtful = false;
        change((patch) => {
          isDoubtful = applyForeignEvent(replica, event, environment.now(), patch, rules);
        });
        if (isDoubtful) watch.doubt();
      } else if (update.type === 'resync') {
        if (update.told) watch.doubt();
        else if (isListWanted) watch.connected();
        else watch.woke();
        isListWanted &&= update.told === true;
      }
    },
    follow() {
      const { state } = connection.getConnection();
      const isConnected = state === 'connected';
      // Nobody tells anything while there is no socket; the list is all there is.
      if (state === 'waiting') watch.doubt();
      if (state === 'closed' || state === 'failed') watch.rest();
      if (isConnected === wasConnected) return;
      wasConnected = isConnected;
      isHeld = isFirstList = isListWanted = true;
      isCurrent = false;
      cancelVerdict?.();
    },
    prepare({ mutation, tried }) {
      if (unsure.has(mutation.id)) watch.doubt();
      if (isHeld || unsure.has(mutation.id)) return undefined;
      return mutation.kind === 'create' && !mayMake(mutation, tried) ? undefined : markAttempt(replica, mutation.id);
    },
    applyAnswer(mutation, answer, patch) {
      if (answer.outcome === 'done') {
        acknowledgeForeign(replica, mutation, rowOf<T>(answer.task), environment.now(), patch);
        if (answer.task === undefined && mutation.kind !== 'delete') watch.doubt();
      } else if (answer.outcome === 'rejected') {
        rejectForeign(replica, mutation, patch);
      } else if (answer.outcome === 'retry') {
        const isUnsure = mutation.kind === 'create' && answer.isUndone !== true;
        if (isUnsure) {
          unsure.add(mutation.id);
          watch.doubt();
        }
        forgetAttempt(replica, mutation.id, isUnsure);
      } else {
        applyAnswer(replica, mutation, answer, environment.now(), patch);
      }
      if (mutation.kind === 'create' && answer.outcome !== 'retry') queueMicrotask(port.onReleased);
    },
    refresh: () => watch.refresh(),
    isCurrent: () => isCurrent,
    positions: () => ({}),
    place() {},
    dispose() {
      cancelVerdict?.();
      watch.end();
    },
  };
}

function rowOf<T extends Task>(answered: Extract<MutationAnswer<T>, { outcome: 'done' }>['task']): T | undefined {
  return answered !== undefined && 'title' in answered ? answered : undefined;
}
