import type { Mutation, Task, TaskChanges } from '@/lib/protocol';
import { fieldWord, shownValue } from './field-words';

/**
 * Says what did not happen, for a person: the wish as they had it ([NT8]).
 *
 * @param title The task's title as it stands now; `undefined` where it is not known.
 */
export function rejectionSentence(mutation: Mutation, title: string | undefined): string {
  const name = title === undefined ? 'A task' : `“${title}”`;
  switch (mutation.kind) {
    case 'create':
      return `“${mutation.task.title}” could not be added.`;
    case 'delete':
      return `${name} could not be deleted.`;
    case 'restore':
      return `${title === undefined ? 'A deleted task' : name} could not be brought back.`;
    case 'update':
      return changeSentence(mutation.changes, name);
  }
}

function changeSentence(changes: TaskChanges, name: string): string {
  const fields = [...new Set(Object.keys(changes).map(fieldWord))];
  if (fields.length > 1) return `${name} could not be changed (${fields.join(', ')}).`;
  if (changes.completed !== undefined) return `${name} could not be ${changes.completed ? 'completed' : 'reopened'}.`;
  if (changes.title !== undefined) return `${name} could not be renamed to ${shownValue(changes.title)}.`;
  const [field = 'state', value] = Object.entries(changes as Partial<Task>)[0] ?? [];
  return `The ${fieldWord(field)} of ${name} could not be changed to ${shownValue(value)}.`;
}
