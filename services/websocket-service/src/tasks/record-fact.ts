import type { JournalTransaction } from '@/log/journal';
import { withdrawTask } from '@/log/withdraw-task';
import type { StoredTask } from './stored-task';
import { channelsOf, watchersOf } from './task-access';
import { eventsOf, type TaskFact } from './task-events';
import { saveTask } from './task-rows';

/**
 * Writes what happened to a task: its row, and one event in each channel that carries it. A channel that carried it
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
  await saveTask(tx.db, fact);
  await tx.append(eventsOf(fact, channels));
  for (const channel of before === undefined ? [] : channelsOf(before, watchers)) {
    if (!channels.includes(channel)) await withdrawTask(tx, channel, task.id);
  }
}
