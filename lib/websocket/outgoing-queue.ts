import { MAX_CLIENT_FRAME_BYTES } from '@/lib/protocol/native/version';

/** Messages kept for the next connection. */
export const MAX_HELD_MESSAGES = 100;

/** Is this more than a server takes in one frame? @param maxBytes Default 16 KiB. */
export function isTooLong(text: string, maxBytes: number = MAX_CLIENT_FRAME_BYTES): boolean {
  return new TextEncoder().encode(text).length > maxBytes;
}

/** Where the application's messages wait while there is no connection; bounded ([CS12]). */
export class OutgoingQueue {
  readonly #held: string[] = [];

  /** Keeps a message; `false` when there are too many. */
  hold(text: string): boolean {
    return this.#held.length < MAX_HELD_MESSAGES && this.#held.push(text) > 0;
  }

  /** Takes all out, oldest first. */
  drain(): string[] {
    return this.#held.splice(0);
  }
}
