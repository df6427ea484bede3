import { isPosition, type Position } from '@/lib/protocol/position';
import { isCount, isRecord } from '@/lib/protocol/task';
import { MAX_HELLO_CHANNELS } from './version';

/** A channel that a client wants, and where it stands in it. `channel` may be `"user:me"`. */
export interface ChannelRequest {
  readonly channel: string;
  readonly position?: Position;
}

/** First message of every connection, within {@link HELLO_DEADLINE_MS}. */
export interface Hello {
  readonly type: 'hello';
  readonly token: string;
  readonly clientId: string;
  readonly channels: readonly ChannelRequest[];
}

/** Everything that a native client may send (docs/PROTOCOL.md section 2). */
export type ClientMessage =
  | Hello
  | ({ readonly type: 'subscribe' } & ChannelRequest)
  | { readonly type: 'unsubscribe'; readonly channel: string }
  | { readonly type: 'auth'; readonly token: string }
  | { readonly type: 'ping'; readonly id?: string | number }
  | { readonly type: 'pong' }
  | { readonly type: 'ack'; readonly channel: string; readonly seq: number };

/** A decoded client frame: a message, or why it is none. `fatal` frames end the connection with 4400. */
export type DecodedClientFrame =
  | { readonly ok: true; readonly message: ClientMessage }
  | { readonly ok: false; readonly fatal: boolean; readonly reason: string };

/** Reads one frame of a client. Never throws; what is wrong is named so that the sender can mend it. */
export function decodeClientFrame(text: string): DecodedClientFrame {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { ok: false, fatal: true, reason: 'the frame is not JSON' };
  }
  if (!isRecord(value)) return { ok: false, fatal: true, reason: 'the frame is not a JSON object' };
  const reason = faultOf(value);
  return reason === undefined
    ? { ok: true, message: value as unknown as ClientMessage }
    : { ok: false, fatal: false, reason };
}

/** Writes a client message as one frame. */
export function encodeClientMessage(message: ClientMessage): string {
  return JSON.stringify(message);
}

function faultOf(value: Record<string, unknown>): string | undefined {
  switch (value.type) {
    case 'hello':
      return (
        faultOfText(value, 'token') ??
        faultOfText(value, 'clientId') ??
        (Array.isArray(value.channels) ? faultOfChannels(value.channels) : 'channels must be an array')
      );
    case 'subscribe':
      return faultOfRequest(value);
    case 'unsubscribe':
      return faultOfText(value, 'channel');
    case 'auth':
      return faultOfText(value, 'token');
    case 'ack':
      return faultOfText(value, 'channel') ?? (isCount(value.seq) ? undefined : 'seq must be an integer from 0 up');
    case 'ping':
      return value.id === undefined || typeof value.id === 'string' || typeof value.id === 'number'
        ? undefined
        : 'id must be a string or a number';
    case 'pong':
      return undefined;
    default:
      return 'the message type is unknown';
  }
}

function faultOfChannels(channels: readonly unknown[]): string | undefined {
  if (channels.length > MAX_HELLO_CHANNELS) {
    return `hello takes at most ${MAX_HELLO_CHANNELS} channels; send subscribe for more`;
  }
  for (const request of channels) {
    const fault = isRecord(request) ? faultOfRequest(request) : 'every channel must be an object';
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function faultOfRequest(value: Record<string, unknown>): string | undefined {
  if (value.position !== undefined && !isPosition(value.position)) return 'position must be {epoch, seq, eventId?}';
  return faultOfText(value, 'channel');
}

function faultOfText(value: Record<string, unknown>, field: string): string | undefined {
  const text = value[field];
  return typeof text === 'string' && text !== '' ? undefined : `${field} must be a non-empty string`;
}
