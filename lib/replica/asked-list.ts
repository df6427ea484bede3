import type { Task } from '@/lib/protocol';
import { baseOf, type Replica } from './replica';

/** What a list is compared with when it comes: what was known when it was asked for ([RP51]). */
export interface AskedList<T extends Task = Task> {
  /** The replica's tick. For tasks without versions: events that came since are newer than the list ([RP3]). */
  readonly sentTick: number;
  /** The bases by key, where tasks have versions. */
  readonly known?: Map<string, T>;
  /** What was taken away since: no grave keeps the list from showing it. */
  readonly taken?: Set<string>;
  /** The epoch of then: in another one the list says nothing any more ([RP60]). */
  readonly epoch?: string | undefined;
}

/** A list is about to be asked for, from a server whose tasks have versions; {@link endList} when it came or failed. */
export function askList<T extends Task>(replica: Replica<T>): AskedList<T> {
  const known = new Map<string, T>();
  for (const { key, base } of replica.table.entries()) if (base !== undefined) known.set(key, base);
  // Lists are told apart by when they were asked for.
  replica.tick += 1;
  const asked = { sentTick: replica.tick, known, taken: new Set<string>(), epoch: replica.epoch };
  replica.travelling.add(asked);
  return asked;
}

/** The list does not travel any more: what is taken away from now on is newer than nothing. */
export function endList<T extends Task>(replica: Replica<T>, asked: AskedList<T>): void {
  replica.travelling.delete(asked);
}

/** What a list brings is no news to those that were asked for after it: they say more ([RP63]). */
export function tellLaterLists<T extends Task>(
  replica: Replica<T>,
  { sentTick }: AskedList<T>,
  key: string,
  task: T,
): void {
  for (const later of replica.travelling) if (later.sentTick > sentTick) later.known?.set(key, task);
}

/** Did something come of the task since the list was asked for? Then the list, which lacks it, may be older. */
export function isNewerThan<T extends Task>(
  replica: Replica<T>,
  key: string,
  { sentTick, known }: AskedList<T>,
): boolean {
  if ((replica.arrivals.get(key) ?? 0) > sentTick) return true;
  const base = baseOf(replica, key);
  return known !== undefined && base !== undefined && known.get(key) !== base;
}

/** Was the task taken away since the list was asked for, and not given back? An older list must not show it. */
export function isTakenAway<T extends Task>(
  replica: Replica<T>,
  key: string,
  asked: AskedList<T> | undefined,
): boolean {
  return asked?.taken?.has(key) === true && baseOf(replica, key) === undefined;
}
