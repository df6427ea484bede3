import type { Task } from '@/lib/protocol/task';
import { eventNameOf, type TaskEvent } from '@/lib/protocol/task-event';
import type { EncodeContext } from './dialect';
import { encodeRow, type Fields, nameOfField, type RowFormat } from './row-format';

/** Fields that change with everything and say nothing by themselves. */
const BOOKKEEPING: readonly string[] = ['id', 'version', 'updatedAt'];

/** What a dialect without words for sharing says instead: what was shared appears, what was unshared is gone ([DI16]). */
export type EncodedWord = 'created' | 'updated' | 'completed' | 'deleted' | 'restored';

/** The word for an event; `restored` has one in seed 002 alone, elsewhere it is `created`. */
export function encodedWordOf(event: TaskEvent): EncodedWord {
  switch (event.kind) {
    case 'shared':
      return 'created';
    case 'unshared':
      return 'deleted';
    case 'updated':
      return eventNameOf(event) === 'task.completed' ? 'completed' : 'updated';
    default:
      return event.kind;
  }
}

/** The task of an event, or what of it is known, in a dialect's names and words. */
export function encodedRow(event: TaskEvent, format: RowFormat): Fields {
  return encodeRow({ id: event.taskId, ...(event.task ?? event.changes) }, format);
}

/** The fields that an update changed, without bookkeeping; all that is known where nobody says. */
export function changedNamesOf({ task, changes, changedFields }: TaskEvent): readonly string[] {
  const names = changedFields ?? Object.keys(changes ?? task ?? {});
  return names.filter((name) => !BOOKKEEPING.includes(name));
}

/** Those fields with their values and the bookkeeping that goes with them, in a dialect's names and words. */
export function encodedChanges(event: TaskEvent, format: RowFormat): Fields {
  const known: Fields = { ...event.task, ...event.changes };
  const names = [...changedNamesOf(event), 'updatedAt', 'version'].filter((name) => Object.hasOwn(known, name));
  return encodeRow(Object.fromEntries(names.map((name) => [name, known[name]])), format);
}

/** The names of the changed fields as this dialect calls them. */
export function encodedFieldNames(event: TaskEvent, format: RowFormat): readonly string[] {
  return changedNamesOf(event).map((name) => nameOfField(name, format));
}

/** The event's own time, else the sending time. */
export function encodedTime(event: TaskEvent | undefined, context: EncodeContext | undefined): string | null {
  return event?.at ?? context?.sentAt ?? null;
}

/** Whose task it is, as far as anybody says. */
export function ownerOf(event: TaskEvent, context: EncodeContext | undefined): string | undefined {
  const { ownerId }: Partial<Task> = event.task ?? event.changes ?? {};
  return ownerId ?? context?.userId;
}
