import { createUuid, type Mutation, type Task } from '@/lib/protocol';
import type { Rejection } from '@/lib/replica';

/** Refusals of the content itself: the same again can only be refused again. */
const OF_CONTENT: ReadonlySet<number> = new Set([400, 413, 415, 422]);

/**
 * Can a refused change succeed when it is tried again as it is? Not where the server found fault with its content, nor where
 * what it was to bring back is gone ([OB26]).
 */
export function isWorthRetrying({ status, mutation }: Rejection): boolean {
  return !OF_CONTENT.has(status) && !(mutation.kind === 'restore' && (status === 404 || status === 410));
}

/** The same wish as a change of its own: with a new id, and of a new task under a new one, for the old one may be taken. */
export function renewMutation<T extends Task>(mutation: Mutation<T>): Mutation<T> {
  if (mutation.kind !== 'create') return { ...mutation, id: createUuid() };
  const taskId = createUuid();
  return { ...mutation, id: createUuid(), taskId, draft: { ...mutation.draft, id: taskId } };
}
