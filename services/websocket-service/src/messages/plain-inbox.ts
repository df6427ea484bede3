import { userChannel } from '@/lib/protocol';
import type { EncodeEvents } from '@/ports/event-batch';
import type { PlainLink } from './plain-link';

/**
 * Sends a user's events as they happen, until the link ends. There is no history in the plain dialects: a client fetches
 * the list when it connects.
 *
 * @param encode Asked at each batch, since a client may name its dialect late.
 */
export function followInbox(link: PlainLink, userId: string, encode: () => EncodeEvents): void {
  link.follow(userChannel(userId), (batch) => {
    for (const frame of batch.framesBy(encode())) link.outbound.push(frame);
  });
}

/** The error of every dialect but seed 000's. */
export function plainErrorText(code: number, message: string): string {
  return JSON.stringify({ type: 'error', code, message });
}

/** The answer to a ping in every dialect but seed 000's. */
export function plainPongText(): string {
  return '{"type":"pong"}';
}
