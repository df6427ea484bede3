import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { isRecord } from '@/lib/protocol';
import { Delivery } from './delivery';
import { type ServerKind, tokenOf } from './server-kind';
import type { ServerQuirks } from './server-quirks';
import type { ServerSocket, SocketServer } from './server-socket';
import type { ServerEvent } from './server-task';

/** Connects within a minute after which a user is locked out. */
const MAX_CONNECTS = 10;

/** The sockets of a fixture server: handshakes, refusals, heartbeats, and who hears of events. */
export class SocketSide {
  connects = 0;
  readonly #ready = new Set<Delivery>();
  readonly #all = new Map<ServerSocket, Delivery>();
  readonly #dials = new Map<string, number[]>();

  constructor(
    readonly kind: ServerKind,
    readonly quirks: ServerQuirks,
    readonly tokens: ReadonlySet<string>,
  ) {}

  get clients(): number {
    return this.#all.size;
  }

  /** Tells everybody who may hear it. */
  tell(event: ServerEvent): void {
    const text = JSON.stringify(this.kind.message(event, this.quirks));
    for (const delivery of this.#ready) delivery.event(text);
  }

  closeAll(code: number): void {
    for (const socket of this.#all.keys()) {
      if (code === 1006) socket.terminate();
      else if (code === 1005) socket.close();
      else socket.close(code);
    }
  }

  /** Answers a handshake. */
  upgrade(server: SocketServer, request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const url = new URL(request.url ?? '/', 'http://server');
    const user = this.kind.socketUser(url);
    const isGood = user !== undefined && (this.kind.readAuth !== undefined || this.#isGood(tokenOf(request, url)));
    const { refusal = 'http 401' } = this.quirks;
    this.connects += 1;
    if (user === undefined || this.#isLockedOut(user) || (!isGood && typeof refusal === 'string')) {
      const status =
        user === undefined ? '404 Not Found' : refusal === 'http 403' ? '403 Forbidden' : '401 Unauthorized';
      socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
      return;
    }
    server.handleUpgrade(request, socket, head, (client) => {
      if (isGood) this.#accept(client, user);
      else client.close(Number(refusal), 'Unauthorized');
    });
  }

  #accept(socket: ServerSocket, user: string): void {
    const { kind, quirks } = this;
    const delivery = new Delivery(socket, user, quirks);
    const beat = quirks.heartbeat;
    const timer = beat && setInterval(() => this.#beat(delivery, beat.kind), beat.everyMs);
    this.#all.set(socket, delivery);
    socket.on('close', () => {
      clearInterval(timer);
      delivery.end();
      this.#all.delete(socket);
      this.#ready.delete(delivery);
    });
    socket.on('error', () => {});
    socket.on('message', (data) => this.#hear(delivery, String(data)));
    if (quirks.welcomes) delivery.say(JSON.stringify({ type: 'connection.established', timestamp: null }));
    if (kind.isOpenAtOnce !== false && kind.readAuth === undefined) this.#ready.add(delivery);
  }

  #hear(delivery: Delivery, text: string): void {
    const { kind, quirks } = this;
    if (Buffer.byteLength(text) > (quirks.maxClientFrameBytes ?? Number.POSITIVE_INFINITY)) {
      delivery.socket.close(1009);
      return;
    }
    if (text.trim() === 'ping' && quirks.bareText) delivery.say('pong');
    const message = parse(text);
    const token = kind.readAuth?.(message);
    if (kind.readAuth !== undefined && !this.#ready.has(delivery)) {
      if (this.#isGood(token)) {
        delivery.say(JSON.stringify(kind.welcome?.(delivery.user) ?? {}));
        this.#ready.add(delivery);
      } else delivery.socket.close(typeof quirks.refusal === 'number' ? quirks.refusal : 1008, 'Unauthorized');
      return;
    }
    const isReady = kind.hear?.(message, delivery);
    if (isReady === true) this.#ready.add(delivery);
    if (isReady === false) this.#ready.delete(delivery);
  }

  #beat(delivery: Delivery, kind: 'json' | 'protocol'): void {
    if (kind === 'protocol') delivery.socket.ping();
    else delivery.say('{"type":"ping","timestamp":null}');
    if (this.quirks.bareText) delivery.say('ping');
  }

  #isGood(token: string | undefined): boolean {
    return this.tokens.size === 0 || (token !== undefined && this.tokens.has(token));
  }

  #isLockedOut(user: string): boolean {
    const { lockoutMs } = this.quirks;
    if (lockoutMs === undefined) return false;
    const now = Date.now();
    const dials = (this.#dials.get(user) ?? []).filter((at) => now - at < lockoutMs);
    this.#dials.set(user, [...dials, now]);
    return dials.length >= MAX_CONNECTS;
  }
}

function parse(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : {};
  } catch {
    return {};
  }
}
