import { createHash } from 'node:crypto';
import { type Actor, isCount, isRecord, isTaskId, realTimeSync, type TaskId } from '@/lib/protocol';
import { fieldOfName, SNAKE_NAMES } from '@/lib/protocol/dialects/row-format';
import { utcTimeOf } from '@/lib/protocol/dialects/utc-time';
import { hasNul } from '@/ports/has-nul';
import type { TaskFields } from './stored-task';

/** An event of a backend, understood but not yet applied. Plain data. */
export interface PublishedEvent {
  /** Whose ids these are; empty where nobody says. */
  readonly source: string;
  /** Deduplicates within its source. */
  readonly id?: string;
  /** `shared`: only who else may see the task changes. */
  readonly kind: 'created' | 'updated' | 'deleted' | 'restored' | 'shared';
  /** As the backend writes it. */
  readonly taskId: TaskId;
  /** The owner of a task that the service does not know yet. */
  readonly userId?: string;
  /** The fields that came, with canonical names, words and times. */
  readonly fields: TaskFields;
  /** A row with a title is a whole task, one without is a partial change. */
  readonly isWhole: boolean;
  readonly version?: number;
  /** ISO 8601 UTC. */
  readonly at?: string;
  /** All watchers from now on. */
  readonly sharedWith?: readonly string[];
  readonly mutationId?: string;
  readonly actor?: Actor;
  readonly changedFields?: readonly string[];
  readonly previousStatus?: string;
  /** What came, for the quarantine; absent where nothing can make the event wait: it brings its whole task. */
  readonly raw?: string;
  /** The id, or the content's digest: what makes a repetition recognisable there. */
  readonly key: string;
}

/** What an envelope around an event says of it; the event's own words go first. */
export interface EventEnvelope {
  readonly id?: string;
  readonly source?: string;
  readonly type?: string;
  readonly time?: string;
}

/** An event, or the sentence that says what is wrong with it. */
export type PublishedReading =
  | { readonly ok: true; readonly event: PublishedEvent }
  | { readonly ok: false; readonly reason: string };

type Fields = Readonly<Record<string, unknown>>;

const KINDS: ReadonlyMap<string, PublishedEvent['kind']> = new Map([
  ['ADDED', 'created'],
  ['CREATED', 'created'],
  ['CHANGED', 'updated'],
  ['UPDATED', 'updated'],
  ['STATUS_CHANGED', 'updated'],
  ['COMPLETED', 'updated'],
  ['REMOVED', 'deleted'],
  ['DELETED', 'deleted'],
  ['RESTORED', 'restored'],
  ['SHARED', 'shared'],
  ['UNSHARED', 'shared'],
]);

const NAMES = { names: SNAKE_NAMES, statuses: {} } as const;
/** 2^52 leaves room for as many changes without a version: from 2^53 on, one more is the same number. */
const MAX_VERSION = 2 ** 52;
const MAX_RAW_CHARS = 64 * 1024;

/** The kind behind an event type of either family, `TASK_ADDED` or `task.created`; `undefined` for any other word. */
export function kindOfEventType(word: unknown): PublishedEvent['kind'] | undefined {
  const name = typeof word === 'string' ? /^task[._](\w+)$/i.exec(word)?.[1] : undefined;
  return name === undefined ? undefined : KINDS.get(name.toUpperCase());
}

/** Reads one published event; snake_case and camelCase are both understood. Never throws ([SV80]). */
export function readPublishedEvent(value: unknown, envelope: EventEnvelope = {}): PublishedReading {
  try {
    return { ok: true, event: eventOf(value, envelope) };
  } catch (error) {
    if (error instanceof Fault) return { ok: false, reason: error.message };
    throw error;
  }
}

/** What is kept of something that could not be read: its text, and its id or, for want of one, its content's digest. */
export function rawOf(value: unknown, id?: string): { readonly raw: string; readonly key: string } {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
  const key = id ?? `${DIGEST}${createHash('sha256').update(text).digest('base64url')}`;
  return { raw: text.slice(0, MAX_RAW_CHARS).replaceAll('\0', '\uFFFD'), key };
}

/** Is this key a content's digest, for want of an id? */
export function isDigest(key: string): boolean {
  return key.startsWith(DIGEST);
}

const DIGEST = 'sha256:';

/** Leaves the reading; its message completes the answer. */
class Fault extends Error {}

function eventOf(value: unknown, envelope: EventEnvelope): PublishedEvent {
  if (!isRecord(value)) throw new Fault('The event is not a JSON object.');
  const word = one(value, 'event_type', 'eventType', 'event', 'type') ?? envelope.type;
  const named = kindOfEventType(word) ?? kindOfEventType(value.type) ?? kindOfEventType(envelope.type);
  if (named === undefined) {
    throw new Fault(
      `event_type is ${JSON.stringify(word) ?? 'missing'}: send TASK_ADDED, TASK_CHANGED, … or task.created, …`,
    );
  }
  const row = rowOfEvent(value);
  const { id: rowId, version: rowVersion, deleted, ...fields } = realTimeSync.decodeRow(row);
  for (const name of ['ownerId', 'projectId', 'status'] as const) {
    if (typeof fields[name] === 'string') keepable(fields[name], name);
  }
  const id = textOf(one(value, 'id', 'event_id', 'eventId') ?? envelope.id, 'id');
  const userId = textOf(one(value, 'user_id', 'userId'), 'user_id');
  const sharedWith = watchersIn(one(value, 'shared_with', 'sharedWith'));
  if (named === 'shared' && sharedWith === undefined) throw new Fault('shared_with is missing: list all watchers.');
  const version = versionOf(value.version ?? rowVersion);
  const at = utcTimeOf(value.timestamp ?? envelope.time) ?? undefined;
  const mutationId = textOf(one(value, 'mutation_id', 'mutationId'), 'mutation_id');
  const actor = actorOf(value.actor);
  const kind = kindOf(named, deleted);
  const isWhole = typeof fields.title === 'string' && fields.title.trim() !== '';
  const mayWait = kind === 'shared' || !isWhole;
  return {
    source: textOf(value.source ?? envelope.source, 'source') ?? '',
    ...(id !== undefined && { id }),
    kind,
    taskId: taskIdOf(one(value, 'task_id', 'taskId'), rowId),
    ...(userId !== undefined && { userId }),
    fields,
    isWhole,
    ...(version !== undefined && { version }),
    ...(at !== undefined && { at }),
    ...(sharedWith && { sharedWith }),
    ...(mutationId !== undefined && { mutationId }),
    ...(actor && { actor }),
    ...metadataOf(value),
    ...(mayWait || id === undefined ? rawOf(value, id) : { key: id }),
  };
}

function one(value: Fields, ...names: readonly string[]): unknown {
  for (const name of names) if (Object.hasOwn(value, name) && value[name] !== undefined) return value[name];
  return undefined;
}

function rowOfEvent(value: Fields): Fields {
  const row = one(value, 'data', 'task', 'task_data', 'payload') ?? {};
  if (!isRecord(row)) throw new Fault('data is not a JSON object.');
  const inner = isRecord(row.task) ? row.task : isRecord(row.payload) ? row.payload : undefined;
  return inner ?? row;
}

/** The row's own flag says more than the event's type. */
function kindOf(named: PublishedEvent['kind'], deleted: unknown): PublishedEvent['kind'] {
  if (deleted === true) return 'deleted';
  return deleted === false && named === 'deleted' ? 'updated' : named;
}

function taskIdOf(given: unknown, inRow: unknown): TaskId {
  const id = given ?? inRow;
  if (!isTaskId(id)) throw new Fault('task_id is missing: send a text or a number.');
  keepable(String(id), 'task_id');
  if (isTaskId(inRow) && String(inRow) !== String(id)) throw new Fault('task_id and data.id name different tasks.');
  return id;
}

function textOf(value: unknown, name: string): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (!isTaskId(value)) throw new Fault(`${name} is not a text or a number.`);
  return keepable(String(value), name);
}

function keepable(text: string, name: string): string {
  if (hasNul(text)) throw new Fault(`${name} holds U+0000: leave it out.`);
  return text;
}

function versionOf(value: unknown): number | undefined {
  if (value === undefined || value === null) return undefined;
  if (!isCount(value) || value === 0) throw new Fault('version is not an integer from 1 up.');
  if (value > MAX_VERSION) throw new Fault(`version is over ${MAX_VERSION}: count the changes of the task from 1.`);
  return value;
}

function watchersIn(value: unknown): readonly string[] | undefined {
  if (value === undefined || value === null) return undefined;
  if (!Array.isArray(value) || !value.every(isTaskId)) throw new Fault('shared_with is not a list of user ids.');
  return [...new Set(value.map((id) => keepable(String(id), 'shared_with')))];
}

function actorOf(value: unknown): Actor | undefined {
  if (value === undefined || value === null) return undefined;
  if (!isRecord(value) || !isTaskId(value.id)) throw new Fault('actor is not {id, name?}.');
  return { id: keepable(String(value.id), 'actor.id'), ...(typeof value.name === 'string' && { name: value.name }) };
}

function metadataOf(value: Fields): Pick<PublishedEvent, 'changedFields' | 'previousStatus'> {
  const metadata = isRecord(value.metadata) ? value.metadata : {};
  const names = one(metadata, 'fields_changed', 'fieldsChanged');
  const named = ['previous_status', 'previousStatus'] as const;
  const previous = one(metadata, ...named) ?? one(value, ...named);
  const status = previous === undefined ? undefined : realTimeSync.decodeRow({ status: previous }).status;
  return {
    ...(Array.isArray(names) && {
      changedFields: names.filter((name) => typeof name === 'string').map((name) => fieldOfName(name, NAMES)),
    }),
    ...(typeof status === 'string' && { previousStatus: status }),
  };
}
