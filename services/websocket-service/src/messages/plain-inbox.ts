import { userChannel } from '@/lib/protocol';
import type { EncodeEvents, EventBatch } from '@/ports/event-batch';
import type { PlainLink } from './plain-link';

/**
 * Sends a user's events as they happen, until the link ends. There is no history in the plain dialects: a client fetches
 * the list when it connects.
 *
 * @param encode Asked at each batch, since a client may name its dialect late.
 * @param before See `HowToFollow`.
 */
export function followInbox(
  link: PlainLink,
  userId: string,
  encode: () => EncodeEvents,
  before?: () => Promise<void>,
): void {
  const send = (batch: EventBatch): void => {
    for (const frame of batch.framesBy(encode())) link.outbound.push(frame);
  };
  link.follow(userChannel(userId), send, before && { before });
}

/** The error of every dialect but seed 000's. */
export function plainErrorText(code: number, message: string): string {
  return JSON.stringify({ type: 'error', code, message });
}

/** The answer to a ping in every dialect but seed 000's. */
export function plainPongText(): string {
  return '{"type":"pong"}';
}
