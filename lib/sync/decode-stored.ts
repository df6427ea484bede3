import {
  isCount,
  isPosition,
  isRecord,
  isTask,
  isTaskId,
  type Mutation,
  type Position,
  type Task,
} from '@/lib/protocol';
import type { ConflictReceipt, Rejection } from '@/lib/replica';
import type { PageCounts } from './gather-pages';
import type { StoredBase, StoredChange, StoredPage, StoredTask } from './outbox-store';

/** Reads a kept change; `undefined` when it makes no sense. What a disk gives back is checked like what a wire brings. */
export function decodeStoredChange<T extends Task>(value: unknown): StoredChange<T> | undefined {
  if (!isRecord(value) || !isMutation<T>(value.mutation)) return undefined;
  const { mutation, made, epoch, tab, at } = value;
  if (made !== undefined && !isTask(made)) return undefined;
  if (epoch !== undefined && typeof epoch !== 'string') return undefined;
  if (typeof tab !== 'string' || typeof at !== 'number') return undefined;
  return { mutation, made: made as T | undefined, epoch, tab, at };
}

/** Reads a kept receipt; `undefined` when it makes no sense. */
export function decodeReceipt(value: unknown): ConflictReceipt | undefined {
  if (!isRecord(value) || typeof value.id !== 'string' || typeof value.field !== 'string') return undefined;
  return isTaskId(value.taskId) ? (value as unknown as ConflictReceipt) : undefined;
}

/** Reads a kept refusal; `undefined` when it makes no sense. */
export function decodeRejection<T extends Task>(value: unknown): Rejection<T> | undefined {
  if (!isRecord(value) || !isMutation<T>(value.mutation)) return undefined;
  const { mutation, status, reason } = value;
  return typeof status === 'number' && typeof reason === 'string' ? { mutation, status, reason } : undefined;
}

/** Reads what stands beside the tasks of a kept base; `undefined` when it makes no sense. */
export function decodeBaseFacts(value: unknown): (Omit<StoredBase, 'tasks'> & PageCounts) | undefined {
  if (!isRecord(value) || !isRecord(value.positions) || typeof value.savedAt !== 'number') return undefined;
  const { epoch, savedAt, whole, later } = value;
  if (epoch !== undefined && typeof epoch !== 'string') return undefined;
  const positions = Object.entries(value.positions);
  if (!positions.every((entry): entry is [string, Position] => isPosition(entry[1]))) return undefined;
  const counts = { whole: isCount(whole) ? whole : 0, later: isCount(later) ? later : 0 };
  return { epoch, savedAt, positions: Object.fromEntries(positions), ...counts };
}

/** Reads a page of a kept base; `undefined` when anything in it makes no sense. */
export function decodePage<T extends Task>(value: unknown): StoredPage<T> | undefined {
  if (!isRecord(value) || !isListOf(value.removed, (item) => typeof item === 'string')) return undefined;
  return isListOf(value.tasks, isStoredTask) ? (value as unknown as StoredPage<T>) : undefined;
}

/** Is this a kept task of a base? */
export function isStoredTask<T extends Task>(value: unknown): value is StoredTask<T> {
  return isRecord(value) && isTask(value.task) && isListOf(value.channels, (item) => typeof item === 'string');
}

function isMutation<T extends Task>(value: unknown): value is Mutation<T> {
  if (!isRecord(value) || typeof value.id !== 'string' || !isTaskId(value.taskId)) return false;
  switch (value.kind) {
    case 'create':
      return isRecord(value.task) && typeof value.task.title === 'string' && isTask(value.draft);
    case 'update':
      return isRecord(value.changes);
    default:
      return value.kind === 'delete' || value.kind === 'restore';
  }
}

function isListOf(value: unknown, isItem: (item: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(isItem);
}
