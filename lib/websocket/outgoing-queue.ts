import { MAX_CLIENT_FRAME_BYTES } from '@/lib/protocol/native/version';

/** Messages kept for the next connection. */
export const MAX_HELD_MESSAGES = 100;

/** Nothing more is handed to a socket that holds back this many bytes. */
export const MAX_BUFFERED_BYTES = 2 ** 20;

/** Where the application's messages wait while there is no connection; bounded in number and in size ([CS7]). */
export class OutgoingQueue {
  #held: string[] = [];

  /** Why this message cannot be taken now, or `undefined` when it can. */
  refusal(text: string, bufferedAmount: number): string | undefined {
    if (new TextEncoder().encode(text).length > MAX_CLIENT_FRAME_BYTES) return 'a message above 16 KiB';
    if (bufferedAmount > MAX_BUFFERED_BYTES) return 'the socket holds back too much';
    return this.#held.length < MAX_HELD_MESSAGES ? undefined : `${MAX_HELD_MESSAGES} messages wait already`;
  }

  /** Keeps a message. */
  hold(text: string): void {
    this.#held.push(text);
  }

  /** Takes all out, oldest first. */
  drain(): string[] {
    return this.#held.splice(0);
  }
}
