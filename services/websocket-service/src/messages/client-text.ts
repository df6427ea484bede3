import { isRecord } from '@/lib/protocol';

/** What a plain client's frame is. */
export type ClientFrame =
  /** The bare text `ping`: answered by the bare text `pong`. */
  | { readonly kind: 'bare-ping' }
  | { readonly kind: 'message'; readonly message: ClientText }
  | { readonly kind: 'fault'; readonly reason: string };

/** A JSON object with a type; nobody has looked at the rest. */
export type ClientText = Readonly<Record<string, unknown>> & { readonly type: string };

/** Reads one frame of a plain client; `undefined` is a binary one. Never throws. */
export function decodeClientText(text: string | undefined): ClientFrame {
  if (text === undefined) return { kind: 'fault', reason: 'the frame is binary: send JSON as text' };
  const bare = text.trim();
  if (bare === 'ping') return { kind: 'bare-ping' };
  if (bare === 'pong') return { kind: 'message', message: { type: 'pong' } };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { kind: 'fault', reason: 'the frame is not JSON' };
  }
  if (!isRecord(value)) return { kind: 'fault', reason: 'the frame is not a JSON object' };
  const { type } = value;
  if (typeof type !== 'string') return { kind: 'fault', reason: 'the message has no type' };
  return { kind: 'message', message: { ...value, type } };
}
