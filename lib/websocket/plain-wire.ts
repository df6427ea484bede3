import { decodeTaskUpdate, type TaskMessage } from '@/lib/protocol/dialects/task-update';
import { isRecord, type Task } from '@/lib/protocol/task';
import type { TaskEvent } from '@/lib/protocol/task-event';
import { createHeartbeat, type Heartbeat, QUIET_MS } from './heartbeat';
import type { Link } from './link';
import { NO_TOKENS } from './token-source';
import type { Wire, WireHost } from './wire';

/** A server that has sent seed 001's heartbeat, each 30 s by its book, is dead after this silence, milliseconds. */
export const PLAIN_QUIET_MS = 75_000;

/**
 * Makes seed 001's plain form: the user id in the path, one event or several lines of them in a frame, a heartbeat from
 * the server, no answer to anything. Open is connected, and after every opening the whole list has to be fetched.
 *
 * @param pingText What this server answers, if anything.
 */
export function createPlainWire<T extends Task>(
  url: string,
  userId: string,
  pingText: string | undefined,
  host: WireHost<T>,
): Wire {
  let link: Link | undefined;
  let heartbeat: Heartbeat | undefined;
  let hasPinged = false;

  const watch = () => {
    if (!link || heartbeat || !(pingText || hasPinged)) return;
    heartbeat = createHeartbeat(
      link,
      host,
      () => pingText && host.send(pingText),
      pingText ? QUIET_MS : PLAIN_QUIET_MS,
    );
  };

  return {
    url: url.replace(/\/?(\?.*)?$/, (_, query = '') => `/${encodeURIComponent(userId)}${query}`),
    protocols: [],
    tokens: NO_TOKENS,
    open(newLink) {
      link = newLink;
      watch();
      host.acknowledged();
      if (!link.isOrphan()) host.publish({ type: 'resync' });
    },
    close() {
      heartbeat = undefined;
    },
    wake() {
      if (pingText) heartbeat?.probe();
      host.publish({ type: 'resync' });
    },
    receive(text) {
      heartbeat?.heard();
      for (const value of parseFrame(text)) {
        if (isRecord(value) && value.type === 'ping') {
          hasPinged = true;
          watch();
        }
        const { events, skipped } = decodeTaskUpdate(value);
        for (const reason of skipped) host.fault('poison', `${reason}: ${text}`);
        for (const event of events) {
          host.publish({ type: 'plain', event: event as TaskEvent<T>, message: value as TaskMessage<T> });
        }
      }
    },
    // No channels here.
    add: () => () => {},
    place() {},
    remove() {},
  };
}

/** The JSON values of a frame: one, or one per line; `undefined` for what is none. A bare `ping` or `pong` is only life. */
function parseFrame(text: string): unknown[] {
  if (/^\s*p[io]ng\s*$/.test(text)) return [];
  const whole = parse(text);
  return whole === undefined ? text.split('\n').filter(Boolean).map(parse) : [whole];
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
