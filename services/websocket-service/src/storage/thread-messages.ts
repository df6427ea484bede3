import type { LoggedEvent } from '@/ports/event-log';
import type { PlainError } from './plain-error';
import type { StorageLimits } from './storage-methods';

/** What the storage's thread is started with. */
export interface ThreadData {
  readonly dataDir: string;
  readonly limits: StorageLimits;
}

/** One call: a list, which crosses quicker than an object. */
export type Call = readonly [id: number, method: string, args: readonly unknown[]];

/** To the thread: the calls of one turn, and what time it is. */
export type ToThread = { readonly now: number; readonly calls: readonly Call[] } | 'close';

/** From the thread, in the order in which it happened: commits stand before the answers that tell of them. */
export type FromThread = readonly ThreadNews[];

/** One piece of news. */
export type ThreadNews =
  | { readonly kind: 'ready'; readonly epoch: string; readonly methods: readonly string[] }
  | { readonly kind: 'committed'; readonly events: readonly LoggedEvent[] }
  | { readonly kind: 'answers'; readonly answers: readonly (readonly [id: number, value: unknown])[] }
  | { readonly kind: 'refusal'; readonly id: number; readonly error: PlainError }
  | {
      readonly kind: 'line';
      readonly level: 'debug' | 'info' | 'warn' | 'error';
      readonly facts: object;
      readonly message: string;
    }
  /** Writes succeeded, after so many seconds each. */
  | { readonly kind: 'written'; readonly seconds: readonly number[] }
  /** The storage could not be opened. */
  | { readonly kind: 'failed'; readonly error: PlainError }
  | { readonly kind: 'closed' };
