import { CloseCode } from '@/lib/protocol/close-codes';
import type { Control, DecodedFrame } from '@/lib/protocol/dialects/dialect';
import { frameValues, NOT_JSON } from '@/lib/protocol/dialects/frame-values';
import { encodeTaskUpdate, type TaskMessage } from '@/lib/protocol/dialects/task-update';
import type { SocketDialogue } from '@/lib/protocol/socket-dialogue';
import { isRecord, type Task } from '@/lib/protocol/task';
import type { TaskEvent } from '@/lib/protocol/task-event';
import { createPlainHeartbeat, type PlainHeartbeat, type ShownLife } from './plain-heartbeat';
import { createTokenSource, NO_TOKENS, type TokenSource } from './token-source';
import type { Wire, WireHost } from './wire';

/** A frame of which nothing could be used. */
const NOTHING = { events: [], controls: [], skipped: [] };

/**
 * Makes the wire of a server that only tells what happens: no channels, no positions, after every opening and every wake
 * the whole list has to be fetched ([HB9]).
 *
 * @param address Where the socket is, the user already in it.
 */
export function createPlainWire<T extends Task>(
  address: string,
  { auth = 'none', handshake = 'open', greeting = [], ...dialogue }: SocketDialogue<T>,
  getToken: (() => Promise<string>) | undefined,
  host: WireHost<T>,
): Wire {
  let url = address;
  let isConnected = false;
  let heartbeat: PlainHeartbeat | undefined;
  const shown: ShownLife = { pings: false, answers: false };

  const connected = () => {
    if (isConnected || !heartbeat) return;
    isConnected = true;
    host.acknowledged();
    // Whoever hears of the connection may end it.
    if (!isConnected) return;
    for (const frame of greeting) host.send(frame);
    host.publish({ type: 'resync' });
  };

  /** What no dialect has to deal with: bare text, what is no JSON, and a decoder that throws. */
  const decode = (value: unknown): DecodedFrame<T> => {
    if (value === NOT_JSON) return { ...NOTHING, skipped: ['not JSON'] };
    if (value === 'ping' || value === 'pong') return { ...NOTHING, controls: [{ type: value }] };
    try {
      return dialogue.decode(value);
    } catch (error) {
      return { ...NOTHING, skipped: [String(error)] };
    }
  };

  const obey = (control: Control) => {
    switch (control.type) {
      case 'welcome':
        connected();
        return;
      case 'ping':
        heartbeat?.pinged();
        if (dialogue.pong !== undefined) host.send(dialogue.pong);
        return;
      case 'pong':
        heartbeat?.answered();
        return;
      case 'refetch':
        host.publish({ type: 'resync', told: true });
        return;
      case 'error':
        host.fault('server-error', control);
        // Before it is connected a client has done nothing but show its token; later the fault may have cost it events.
        if (isConnected) host.publish({ type: 'resync', told: true });
        else host.fail({ kind: 'closed', code: CloseCode.unauthorized, opened: true, detail: control.message });
    }
  };

  return {
    get url() {
      return url;
    },
    protocols: [],
    tokens: withToken(getToken === undefined ? NO_TOKENS : createTokenSource(getToken), (token) => {
      if (typeof auth === 'object' && 'query' in auth && token !== '') url = withQuery(address, auth.query, token);
    }),
    open(link, token) {
      heartbeat = createPlainHeartbeat(link, host, dialogue, shown);
      if (typeof auth === 'object' && 'message' in auth) host.send(auth.message(token));
      if (handshake === 'open') connected();
    },
    close() {
      heartbeat = undefined;
      isConnected = false;
    },
    wake() {
      heartbeat?.wake();
      host.publish({ type: 'resync' });
    },
    receive(text) {
      heartbeat?.heard();
      const values = frameValues(text);
      for (const value of values.length > 0 ? values : [NOT_JSON]) {
        const { events, controls, skipped } = decode(value);
        for (const reason of skipped) host.fault('poison', `${reason}: ${text}`);
        for (const control of controls) obey(control);
        if (events.length > 0) connected();
        for (const event of events) host.publish({ type: 'plain', event, message: messageOf(value, event) });
      }
    },
    // No channels here.
    add: () => () => {},
    place() {},
    remove() {},
  };
}

/** The address that a client of seed 001 asks for: the user is the last part of the path. */
export function userAddress(url: string, userId: string): string {
  return url.replace(/\/?(\?.*)?$/, (_, query = '') => `/${encodeURIComponent(userId)}${query}`);
}

/** The same tokens; each is shown to `see` before it is used. */
function withToken(tokens: TokenSource, see: (token: string) => void): TokenSource {
  return {
    forget: tokens.forget,
    take(link, use, fail) {
      const seen = (token: string) => {
        see(token);
        use(token);
      };
      tokens.take(link, seen, fail);
    },
  };
}

/** Seed 001's messages are handed on as they came. */
function messageOf<T extends Task>(value: unknown, event: TaskEvent<T>): TaskMessage<T> {
  const isSeed = isRecord(value) && typeof value.event === 'string' && isRecord(value.task);
  return isSeed ? (value as unknown as TaskMessage<T>) : encodeTaskUpdate(event);
}

function withQuery(address: string, name: string, value: string): string {
  const sign = address.includes('?') ? '&' : '?';
  return `${address}${sign}${encodeURIComponent(name)}=${encodeURIComponent(value)}`;
}
