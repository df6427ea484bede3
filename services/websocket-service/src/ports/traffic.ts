import type { Undo } from './clock';

/** A refusal, and when to come back. */
export interface TooMany {
  readonly retryAfterMs: number;
}

/** Counts what users and addresses do, against the limits; every refusal is counted too. */
export interface Traffic {
  /** A new connection of an address ([LM7], [LM13]). @returns counts it off again. */
  connectFrom(address: string): Undo | TooMany;
  /** A new connection of a user ([LM7], [LM13]). @returns counts it off again. */
  connectAs(userId: string): Undo | TooMany;
  /** A frame that came; `undefined` when it may be handled. */
  messageFrom(address: string): TooMany | undefined;
  messageOf(userId: string): TooMany | undefined;
  /** A socket that is to be closed for what it sent. @returns how long that waits, milliseconds ([LM22]). */
  faultFrom(address: string): number;
  /** An HTTP request; `undefined` when it may be handled. */
  requestFrom(address: string): TooMany | undefined;
  requestOf(userId: string): TooMany | undefined;
}
