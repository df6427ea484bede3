import {
  type ChannelRequest,
  CloseCode,
  decodeClientFrame,
  encodeCloseAdvice,
  type SequencedMessage,
  type ServerMessage,
} from '@/lib/protocol';
import type { Undo } from '@/lib/protocol/connection-source';
import { ChannelLog } from './channel-log';
import type { ServerEnd } from './socket-pair';

/** What the server needs of the world. */
export interface ServerClock {
  now(): number;
  setTimer(ms: number, run: () => void): Undo;
}

/** How the server behaves; milliseconds. */
export interface ChannelLogServerOptions {
  /** Default 30 s. */
  readonly pingMs?: number;
  /** How long a token lives after its connection was made with it. Default one hour. */
  readonly tokenLifeMs?: number;
  /** How far the server's clock is from anybody else's. Default 0. */
  readonly skewMs?: number;
  /** Tasks per snapshot page. Default 3, so that small tests have several. */
  readonly pageSize?: number;
  /** Events kept per channel. Default 1,000. */
  readonly maxEvents?: number;
}

interface Session {
  readonly end: ServerEnd;
  readonly channels: Set<string>;
  stop: Undo;
}

/** A small server of the native protocol, in memory: enough of it to check that a client's data becomes equal to its own. */
export class ChannelLogServer {
  /** Which tokens are good now. */
  isGoodToken: (token: string) => boolean = () => true;

  readonly #clock: ServerClock;
  readonly #options: ChannelLogServerOptions;
  readonly #logs = new Map<string, ChannelLog>();
  readonly #sessions = new Set<Session>();
  #epoch = 1;

  constructor(clock: ServerClock, options: ChannelLogServerOptions = {}) {
    this.#clock = clock;
    this.#options = options;
  }

  /** The log of a channel, which begins when it is first asked for. */
  log(channel: string): ChannelLog {
    const log = this.#logs.get(channel) ?? new ChannelLog(channel, `e${this.#epoch}`, this.#options.maxEvents);
    this.#logs.set(channel, log);
    return log;
  }

  /** How many clients are welcome now. */
  get sessions(): number {
    return this.#sessions.size;
  }

  /** Takes a new connection. */
  accept(end: ServerEnd): void {
    const session: Session = { end, channels: new Set(), stop: () => {} };
    end.onEnd(() => this.#forget(session));
    end.onMessage((text) => this.#receive(session, text));
  }

  /** Changes something in a channel and tells its readers. */
  publish(channel: string, change: (log: ChannelLog) => SequencedMessage): void {
    const event = change(this.log(channel));
    for (const session of this.#sessions) if (session.channels.has(channel)) this.#send(session, event);
  }

  /** Ends every connection. */
  closeAll(code: number, reason?: string): void {
    for (const session of [...this.#sessions]) {
      this.#forget(session);
      session.end.close(code, reason);
    }
  }

  /** Says that it restarts, with advice. */
  drain(retryAfterMs: number, spreadMs: number): void {
    this.closeAll(CloseCode.restarting, encodeCloseAdvice({ retryAfterMs, spreadMs }));
  }

  /** Begins a new history: every channel is empty and every position is of another epoch. */
  newEpoch(): void {
    this.#epoch++;
    this.#logs.clear();
  }

  #forget(session: Session): void {
    session.stop();
    this.#sessions.delete(session);
  }

  #receive(session: Session, text: string): void {
    const frame = decodeClientFrame(text);
    if (!frame.ok) {
      session.end.close(CloseCode.badMessage, frame.reason);
      return;
    }
    const { message } = frame;
    switch (message.type) {
      case 'hello':
        if (!this.isGoodToken(message.token)) {
          session.end.close(CloseCode.unauthorized);
          return;
        }
        this.#sessions.add(session);
        this.#ping(session);
        this.#send(session, {
          type: 'welcome',
          userId: 'u1',
          sessionId: `s${this.#sessions.size}`,
          serverTime: this.#time(0),
          pingIntervalMs: this.#options.pingMs ?? 30_000,
          expiresAt: this.#time(this.#options.tokenLifeMs ?? 3_600_000),
        });
        for (const request of message.channels) this.#subscribe(session, request);
        return;
      case 'subscribe':
        this.#subscribe(session, message);
        return;
      case 'unsubscribe':
        session.channels.delete(message.channel);
        return;
      case 'auth':
        if (!this.isGoodToken(message.token)) session.end.close(CloseCode.unauthorized);
        else this.#send(session, { type: 'auth_ok', expiresAt: this.#time(this.#options.tokenLifeMs ?? 3_600_000) });
        return;
      case 'ping':
        this.#send(session, message.id === undefined ? { type: 'pong' } : { type: 'pong', id: message.id });
        return;
      case 'pong':
      case 'ack':
        return;
    }
  }

  #subscribe(session: Session, { channel, position }: ChannelRequest): void {
    const log = this.log(channel);
    const missed = log.after(position);
    session.channels.add(channel);
    this.#send(session, {
      type: 'subscribed',
      channel,
      position: log.head,
      recovered: missed !== undefined,
      replayed: missed?.length ?? 0,
    });
    if (missed?.length) this.#send(session, { type: 'batch', events: missed });
    if (missed) return;
    const tasks = [...log.tasks.values()];
    const size = this.#options.pageSize ?? 3;
    const pages = Math.max(Math.ceil(tasks.length / size), 1);
    for (let page = 0; page < pages; page++) {
      const slice = tasks.slice(page * size, (page + 1) * size);
      this.#send(session, {
        type: 'snapshot',
        channel,
        position: log.head,
        tasks: slice,
        page,
        last: page === pages - 1,
      });
    }
  }

  #ping(session: Session): void {
    session.stop = this.#clock.setTimer(this.#options.pingMs ?? 30_000, () => {
      const heads = Object.fromEntries([...session.channels].map((channel) => [channel, this.log(channel).head]));
      this.#send(session, { type: 'ping', timestamp: this.#time(0), heads });
      this.#ping(session);
    });
  }

  #send(session: Session, message: ServerMessage): void {
    session.end.send(JSON.stringify(message));
  }

  #time(aheadMs: number): string {
    return new Date(1.8e12 + this.#clock.now() + (this.#options.skewMs ?? 0) + aheadMs).toISOString();
  }
}
