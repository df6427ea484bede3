import { isCount, isDoneStatus, isTaskId } from '@/lib/protocol/task';
import { utcTimeOf } from './utc-time';

/** A JSON object that nobody has looked at yet. */
export type Fields = Readonly<Record<string, unknown>>;

/** How a dialect writes a task: what is not listed has its canonical name and word. */
export interface RowFormat {
  /** Canonical field → this dialect's name for it. */
  readonly names: Readonly<Record<string, string>>;
  /** Canonical status → this dialect's word for it. */
  readonly statuses: Readonly<Record<string, string>>;
}

/** The names of snake_case servers. */
export const SNAKE_NAMES = {
  createdAt: 'created_at',
  updatedAt: 'updated_at',
  completedAt: 'completed_at',
  dueAt: 'due_at',
  ownerId: 'user_id',
  projectId: 'project_id',
} as const;

/** Other names that are understood in every dialect: servers mix their cases ([DI10]). */
const ALIASES: Readonly<Record<string, string>> = {
  created_at: 'createdAt',
  updated_at: 'updatedAt',
  completed_at: 'completedAt',
  due_at: 'dueAt',
  user_id: 'ownerId',
  userId: 'ownerId',
  owner_id: 'ownerId',
  project_id: 'projectId',
};

/**
 * Reads a row: known fields get their canonical names, words and times, ids stay as given, `completed` and `status` are
 * derived from each other. Any further field is kept as it is, `__proto__` included; a known one of the wrong type is
 * left out.
 */
export function decodeRow(row: Fields, format: RowFormat): Fields {
  const fields: Record<string, unknown> = {};
  for (const name of Object.keys(row)) {
    const field = fieldOfName(name, format);
    // Where a server sends both, the canonical name stands and the other one is a field of its own.
    if (field !== name && Object.hasOwn(row, field)) put(fields, name, row[name]);
    else {
      const read = readField(field, row[name], format);
      if (read !== undefined) put(fields, field, read);
    }
  }
  return withDerived(fields);
}

function put(fields: Record<string, unknown>, name: string, value: unknown): void {
  if (name !== '__proto__') fields[name] = value;
  else Object.defineProperty(fields, name, { value, writable: true, enumerable: true, configurable: true });
}

/** Writes fields of a task in this format; fields that the model does not know keep their names. */
export function encodeRow(fields: Fields, format: RowFormat): Fields {
  const entries = Object.entries(fields).map(([field, value]) => [nameOfField(field, format), value, field] as const);
  const renamed = entries.filter(([name, , field]) => name !== field);
  const written = Object.fromEntries([...entries, ...renamed].map(([name, value]) => [name, value]));
  return typeof written.status === 'string' ? { ...written, status: wordOf(written.status, format) } : written;
}

/** The canonical field behind a name in this format. */
export function fieldOfName(name: string, format: RowFormat): string {
  return keyOf(format.names, name) ?? (Object.hasOwn(ALIASES, name) ? ALIASES[name] : undefined) ?? name;
}

/** This format's name of a canonical field. */
export function nameOfField(field: string, { names }: RowFormat): string {
  return (Object.hasOwn(names, field) ? names[field] : undefined) ?? field;
}

/** The canonical status behind a word; words that this format does not know are kept. */
export function statusOfWord(word: string, { statuses }: RowFormat): string {
  return keyOf(statuses, word) ?? word;
}

/** This format's word for a status. */
export function wordOf(status: string, { statuses }: RowFormat): string {
  return (Object.hasOwn(statuses, status) ? statuses[status] : undefined) ?? status;
}

function keyOf(table: Readonly<Record<string, string>>, value: string): string | undefined {
  for (const key in table) if (table[key] === value) return key;
  return undefined;
}

function readField(field: string, value: unknown, format: RowFormat): unknown {
  switch (field) {
    case 'createdAt':
    case 'updatedAt':
      return utcTimeOf(value) ?? undefined;
    case 'completedAt':
    case 'dueAt':
      return utcTimeOf(value);
    case 'title':
      return typeof value === 'string' ? value : undefined;
    case 'status':
      return typeof value === 'string' ? statusOfWord(value, format) : undefined;
    case 'completed':
      return truthOf(value);
    case 'ownerId':
      return isTaskId(value) ? String(value) : undefined;
    case 'projectId':
    case 'priority':
      return isTaskId(value) ? String(value) : value === null ? null : undefined;
    case 'description':
      return typeof value === 'string' || value === null ? value : undefined;
    case 'version':
      return isCount(value) ? value : undefined;
    default:
      return value;
  }
}

/** Databases without booleans send 0 and 1. */
function truthOf(value: unknown): boolean | undefined {
  if (value === 0 || value === 1) return value === 1;
  return typeof value === 'boolean' ? value : undefined;
}

/** `completed` and `status` say the same; servers may send only one of them ([DI2]). */
function withDerived(row: Fields): Fields {
  const { completed, status } = row;
  if (completed === undefined && status !== undefined) return { ...row, completed: isDoneStatus(status) };
  if (status === undefined && completed !== undefined) return { ...row, status: completed ? 'completed' : 'pending' };
  return row;
}
