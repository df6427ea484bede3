import { eventNameOf } from '@/lib/protocol';
import type { JournalTransaction } from '@/log/journal';
import { withdrawTask } from '@/log/withdraw-task';
import type { StoredTask } from './stored-task';
import { channelsOf, watchersOf } from './task-access';
import { eventsOf, type TaskFact } from './task-events';
import { beginHistories, type HistoryLine, keepHistory } from './task-history';
import { insertTasks, updateTask } from './task-rows';

/**
 * Writes what happened to a task: its row, its history, and one event in each channel that carries it. A channel that carried it
 * `before` and does so no more loses it ([SV64]).
 */
export async function recordFact(
  tx: JournalTransaction,
  fact: TaskFact,
  before: StoredTask | undefined,
): Promise<void> {
  if (before === undefined) return recordNewTasks(tx, [fact]);
  const { task } = fact;
  const watchers = await watchersOf(tx.db, String(task.id));
  const channels = channelsOf(task, watchers);
  await updateTask(tx.db, fact);
  await keepHistory(tx, historyLineOf(fact));
  tx.append(eventsOf(fact, channels, tx.now));
  for (const channel of channelsOf(before, watchers)) {
    if (!channels.includes(channel)) await withdrawTask(tx, channel, task.id);
  }
}

/** Writes facts of tasks of which there was nothing before, all together: nobody watches them yet. */
export async function recordNewTasks(tx: JournalTransaction, facts: readonly TaskFact[]): Promise<void> {
  await insertTasks(tx.db, facts);
  await beginHistories(tx, facts.map(historyLineOf));
  for (const fact of facts) tx.append(eventsOf(fact, channelsOf(fact.task, []), tx.now));
}

function historyLineOf({ kind, task, changedFields, actor }: TaskFact): HistoryLine {
  return {
    taskId: String(task.id),
    line: {
      event: eventNameOf({ kind, taskId: task.id, task, ...(changedFields && { changedFields }) }),
      version: task.version,
      ...(actor && { actor }),
      ...(changedFields && { changedFields }),
    },
  };
}
