import { type Task, type TaskEvent, taskKey } from '@/lib/protocol';
import type { ConflictReceipt } from './patch';
import { sameValue } from './same-value';

/**
 * The receipts that an event names the author of: those that came with an answer, which names nobody. Only where the event is
 * the one that took the value, or the task; nobody is guessed ([OB33]).
 */
export function receiptsNamedBy<T extends Task>(
  receipts: readonly ConflictReceipt[],
  event: TaskEvent<T>,
): readonly ConflictReceipt[] {
  const { actor } = event;
  if (actor === undefined) return [];
  const key = taskKey(event.taskId);
  return receipts.flatMap((receipt) =>
    taskKey(receipt.taskId) === key && isTakenBy(receipt, event) && !sameValue(receipt.actor, actor)
      ? [{ ...receipt, actor }]
      : [],
  );
}

function isTakenBy<T extends Task>(receipt: ConflictReceipt, event: TaskEvent<T>): boolean {
  const { field, theirs, actor, asOf } = receipt;
  const { kind, task, version, changedFields = [] } = event;
  if (field === '*' && theirs === undefined) return kind === 'deleted' && actor === undefined;
  if (task === undefined || version === undefined || kind === 'deleted') return false;
  if (field === '*') return actor === undefined && sameValue(theirs, task);
  // Of several that set the same value the last one counts; they come in order.
  return (
    asOf !== undefined &&
    version <= asOf &&
    changedFields.includes(field) &&
    sameValue(Reflect.get(task, field), theirs)
  );
}
