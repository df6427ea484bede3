import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import type { Rate } from '@/config/rate';
import { TokenBucket } from '@/limits/token-bucket';
import { FrameWalker } from './frame-walker';
import type { ServiceSocket } from './service-socket';
import type { SlowReads } from './slow-reads';

/** Frames of one socket that are read in one turn: others wait for as few, however many came at once. */
const FRAMES_A_TURN = 8;

/** So much is taken at once of what still comes behind a close: most have sent less. */
const LEFTOVER_BYTES = 64 * 1024;

/** A socket that says whether it is heard. */
export type GatedSocket = Pick<ServiceSocket, 'isServed' | 'awaitsClose'> & WebSocket;

/** What all gates share. */
export interface GateRules {
  /** Frames of one connection. */
  readonly rate: Rate;
  /** Milliseconds. */
  now(): number;
  /** Closes a socket that sends more; `retryAfterMs` on, as many would be read. */
  refuse(socket: WebSocket, retryAfterMs: number): void;
  /** Takes what comes behind a close. */
  readonly slowReads: SlowReads;
}

/** How a parser hears the connection. */
type Parse = (this: Duplex, chunk: Buffer) => void;

/**
 * Stands between a connection and the parser of `ws`, which would read a whole chunk of the network in one go, ten thousand
 * small frames. Here frames of any kind, pieces and pings included, pass a few in each turn, and are counted before anybody
 * reads them ([LM19]); what comes to a socket that is not open any more is dropped unread ([LM20]).
 */
export class FrameGate {
  readonly #walker = new FrameWalker();
  readonly #bucket: TokenBucket;
  /** What waits for later turns; the first one from `#at` on. */
  #held: Buffer[] | undefined;
  #at = 0;
  /** Bytes that came behind the close. */
  #dropped = 0;
  /** Who hears of the connection's end, where that waits for what is held. */
  #enders: (() => void)[] = [];

  private constructor(
    private readonly socket: GatedSocket,
    private readonly wire: Duplex,
    private readonly parse: Parse,
    private readonly rules: GateRules,
  ) {
    this.#bucket = new TokenBucket(rules.rate, rules.now());
  }

  /** Puts a gate before the parser of a socket that was just opened on `wire`. */
  static put(socket: GatedSocket, wire: Duplex, rules: GateRules): void {
    // When a connection is cut off, `ws` reads what still waits in it in one go, past the gate and what is held here.
    wire.prependListener('close', discard);
    for (const parse of wire.listeners('data') as Parse[]) {
      const gate = new FrameGate(socket, wire, parse, rules);
      wire.removeListener('data', parse);
      wire.on('data', (chunk: Buffer) => gate.#hear(chunk));
      for (const hear of wire.listeners('end') as (() => void)[]) {
        wire.removeListener('end', hear);
        wire.on('end', () => gate.#end(() => hear.call(wire)));
      }
    }
  }

  #hear(chunk: Buffer): void {
    if (!this.socket.isServed) {
      this.#drop(chunk);
      return;
    }
    if (this.#held === undefined) {
      const end = this.#passSome(chunk, 0);
      if (end === chunk.length) return;
      this.#at = end;
      this.#held = [];
      setImmediate(() => this.#goOn());
    }
    this.#held.push(chunk);
    this.wire.pause();
  }

  /** What a peer sends on while its close waits stays in the network, which soon takes no more; the close resumes. */
  #drop({ length }: Buffer): void {
    if (this.socket.awaitsClose) {
      this.wire.pause();
      return;
    }
    this.#dropped += length;
    if (this.#dropped >= LEFTOVER_BYTES) this.rules.slowReads.add(this.wire);
  }

  #goOn(): void {
    const chunk = this.#held?.[0];
    if (chunk === undefined || !this.socket.isServed) {
      this.#held = undefined;
      if (this.socket.awaitsClose) return;
      this.wire.resume();
      // A connection that is cut off meanwhile tells so by its close.
      if (!this.wire.destroyed) for (const hear of this.#enders.splice(0)) hear();
      return;
    }
    this.#at = this.#passSome(chunk, this.#at);
    if (this.#at === chunk.length) {
      this.#held?.shift();
      this.#at = 0;
    }
    setImmediate(() => this.#goOn());
  }

  /**
   * A peer may end right behind its frames, and a paused connection says so at once: first it is heard out ([LM39]). Where a
   * close waits, that ends the connection, and the peer still hears why ([LM25]).
   */
  #end(hear: () => void): void {
    if (this.#held !== undefined) this.#enders.push(hear);
    else if (!this.socket.awaitsClose) hear();
  }

  /** @returns where this turn's share of the chunk ends. */
  #passSome(chunk: Buffer, start: number): number {
    const { rate, now, refuse } = this.rules;
    const end = this.#walker.walk(chunk, start, Math.min(FRAMES_A_TURN, rate.count));
    const retryAfterMs = this.#bucket.take(rate, now(), this.#walker.frames);
    if (retryAfterMs > 0) refuse(this.socket, retryAfterMs);
    else this.parse.call(this.wire, start === 0 && end === chunk.length ? chunk : chunk.subarray(start, end));
    return end;
  }
}

/** One for all connections. */
function discard(this: Duplex): void {
  this.read();
}
