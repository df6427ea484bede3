/** What a person calls a field. */
const FIELD_WORDS: ReadonlyMap<string, string> = new Map([
  ['title', 'title'],
  ['description', 'description'],
  ['priority', 'priority'],
  ['completed', 'state'],
  ['status', 'state'],
  ['dueAt', 'due date'],
]);

/** What a person calls a field; its own name where nobody knows better. */
export function fieldWord(field: string): string {
  return FIELD_WORDS.get(field) ?? field;
}

/** A value of a field as a sentence shows it. */
export function shownValue(value: unknown): string {
  if (value === undefined || value === null || value === '') return 'nothing';
  return typeof value === 'string' ? `“${value}”` : JSON.stringify(value);
}
