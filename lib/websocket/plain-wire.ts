import { decodeTaskUpdate, type TaskMessage } from '@/lib/protocol/dialects/task-update';
import { isRecord, type Task } from '@/lib/protocol/task';
import type { TaskEvent } from '@/lib/protocol/task-event';
import { HEARTBEAT, Heartbeat } from './heartbeat';
import type { Link } from './link';
import type { Wire, WireHost } from './wire';

/** A server of seed 001 that has sent its heartbeat once, each 30 s by its book, is dead after this silence. */
export const PLAIN_SILENCE_MS = 75_000;

/**
 * Seed 001's plain form: the user id in the path, one event or several lines of them in a frame, a heartbeat from the
 * server, no answer to anything. Open is connected, and every opening asks for the whole list anew.
 */
export class PlainWire<T extends Task = Task> implements Wire {
  readonly url: string;
  readonly protocols: string[] = [];
  #link: Link | undefined;
  #heartbeat: Heartbeat | undefined;
  #promised = false;

  constructor(
    url: string,
    userId: string,
    readonly pingText: string | undefined,
    readonly host: WireHost<T>,
  ) {
    const [path = '', query] = url.split('?');
    const address = `${path.replace(/\/$/, '')}/${encodeURIComponent(userId)}`;
    this.url = query === undefined ? address : `${address}?${query}`;
  }

  open(link: Link): void {
    this.#link = link;
    if (this.pingText !== undefined || this.#promised) this.#watch();
    this.host.acknowledged();
    if (!link.orphaned) this.host.publish({ type: 'resync' });
  }

  close(): void {
    this.#heartbeat = undefined;
  }

  wake(): void {
    if (this.pingText !== undefined) this.#heartbeat?.probe();
    this.host.publish({ type: 'resync' });
  }

  receive(text: string): void {
    this.#heartbeat?.heard();
    for (const value of parseLines(text)) {
      if (value === undefined) this.host.poison('not JSON', text);
      else if (value !== 'ping' && value !== 'pong') this.#take(value);
    }
  }

  #take(value: unknown): void {
    if (isRecord(value) && value.type === 'ping' && !this.#promised) {
      this.#promised = true;
      if (!this.#heartbeat) this.#watch();
    }
    const { events, skipped } = decodeTaskUpdate(value);
    for (const reason of skipped) this.host.poison(reason, value);
    for (const event of events) {
      this.host.publish({ type: 'plain', event: event as TaskEvent<T>, message: value as TaskMessage<T> });
    }
  }

  #watch(): void {
    const { host, pingText } = this;
    const rules = pingText === undefined ? { ...HEARTBEAT, quietMs: PLAIN_SILENCE_MS, busyMs: Infinity } : HEARTBEAT;
    const ask = () => pingText !== undefined && host.send(pingText);
    if (this.#link) this.#heartbeat = new Heartbeat(this.#link, host.now, rules, ask, host.silent);
  }
}

/** The JSON values of a frame: one, or one per line. A bare `ping` or `pong` stands for itself, `undefined` for rubbish. */
function parseLines(text: string): unknown[] {
  const whole = parse(text);
  return whole === undefined
    ? text
        .split('\n')
        .filter((line) => line.trim())
        .map(parse)
    : [whole];
}

function parse(text: string): unknown {
  const word = text.trim();
  if (word === 'ping' || word === 'pong') return word;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
