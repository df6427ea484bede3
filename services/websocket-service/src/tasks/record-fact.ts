import { eventNameOf } from '@/lib/protocol';
import type { JournalTransaction } from '@/log/journal';
import { withdrawTask } from '@/log/withdraw-task';
import type { StoredTask } from './stored-task';
import { channelsOf, watchersOf } from './task-access';
import { eventsOf, type TaskFact } from './task-events';
import { type HistoryEntry, keepHistory } from './task-history';
import { saveTask } from './task-rows';

/**
 * Writes what happened to a task: its row, its history, and one event in each channel that carries it. A channel that carried it
 * `before` and does so no more loses it ([SV64]).
 */
export async function recordFact(
  tx: JournalTransaction,
  fact: TaskFact,
  before: StoredTask | undefined,
): Promise<void> {
  const { task } = fact;
  const watchers = before === undefined ? [] : await watchersOf(tx.db, String(task.id));
  const channels = channelsOf(task, watchers);
  await saveTask(tx, fact, before === undefined);
  await keepHistory(tx, String(task.id), historyLineOf(fact), before === undefined);
  tx.append(eventsOf(fact, channels));
  for (const channel of before === undefined ? [] : channelsOf(before, watchers)) {
    if (!channels.includes(channel)) await withdrawTask(tx, channel, task.id);
  }
}

function historyLineOf({ kind, task, changedFields, actor }: TaskFact): Omit<HistoryEntry, 'at'> {
  return {
    event: eventNameOf({ kind, taskId: task.id, task, ...(changedFields && { changedFields }) }),
    version: task.version,
    ...(actor && { actor }),
    ...(changedFields && { changedFields }),
  };
}
