import { CloseCode, decodeCloseAdvice } from '@/lib/protocol/close-codes';
import type { ConnectionState, Undo } from '@/lib/protocol/connection-source';
import { backoffDelayMs } from './backoff';
import type { MetricName } from './client-options';
import { type Decision, decide, type Failure } from './close-policy';
import { type ConnectionEvent, IDLE, transition } from './connection-state';
import type { Environment } from './environment';
import { Link } from './link';
import type { TokenSource } from './token-source';
import type { Wire } from './wire';

/** How long a socket may take to open and its server to acknowledge, milliseconds. */
export const HANDSHAKE_MS = 10_000;

/** A connection that lasted this long is forgiven all failed attempts before it, milliseconds ([BO4]). */
export const LASTING_MS = 5_000;

/** A reader called too slow twice within this time backs off, milliseconds. */
export const SLOW_AGAIN_MS = 60_000;

/** What a connection tells its owner. */
export interface ConnectionEvents {
  readonly changed: () => void;
  readonly acknowledged: () => void;
  readonly poison: (reason: string, item: unknown) => void;
  readonly metric: (name: MetricName, value: number) => void;
}

const NOTHING: Undo = () => {};

/** Keeps one socket alive: dials, judges failures, waits, dials again. Never more than one socket at a time ([CS5]). */
export class Connection {
  /** The current state; the same object until it changes. */
  state: ConnectionState = IDLE;

  #link: Link | undefined;
  #failures = 0;
  #reauthenticated = false;
  #slowAt = Number.NEGATIVE_INFINITY;
  #dialledAt = 0;
  #lostAt: number | undefined;
  #cancelRetry = NOTHING;
  #cancelHandshake = NOTHING;
  #cancelWake: Undo | undefined;

  constructor(
    readonly environment: Environment,
    readonly wire: Wire,
    readonly tokens: TokenSource | undefined,
    readonly maxRetries: number,
    readonly events: ConnectionEvents,
  ) {}

  /** Starts, or cuts any wait; after a stop it starts afresh, with a fresh token. */
  connect(): void {
    this.#cancelWake ??= this.environment.onWake(() => this.wake());
    if (this.#link) return;
    if (this.state.state !== 'waiting') this.#forgive();
    if (this.state.state === 'failed') this.tokens?.forget();
    this.#dial('dial');
  }

  /** Ends it until `connect`; nothing is left running. */
  disconnect(): void {
    this.#cancelWake?.();
    this.#cancelWake = undefined;
    this.#cancelRetry();
    this.#drop();
    this.#lostAt = undefined;
    this.#move({ type: 'disconnected' });
  }

  /** A hint that machine or page came back: cuts a wait, probes a socket, restarts what only ran out of attempts. */
  wake(): void {
    const { state } = this;
    if (state.state === 'connected') this.wire.wake();
    else if (state.state === 'waiting') this.#dial('dial');
    else if (state.state === 'failed' && state.reason === 'retries-exhausted') this.connect();
  }

  /** The server has acknowledged the client; a repetition does nothing. */
  acknowledged(): void {
    const link = this.#link;
    if (this.state.state !== 'handshaking' || !link) return;
    this.#cancelHandshake();
    link.after(LASTING_MS, () => this.#forgive());
    const now = this.environment.now();
    this.events.metric('connected', now - this.#dialledAt);
    this.#move({ type: 'acknowledged', at: now });
    if (!link.orphaned) this.events.acknowledged();
  }

  /** All data is complete. */
  synced(): void {
    this.#failures = 0;
    if (this.#lostAt !== undefined) this.events.metric('recovered', this.environment.now() - this.#lostAt);
    this.#lostAt = undefined;
  }

  /** Sends a frame on the open socket. */
  send(text: string): void {
    this.#link?.send(text);
    this.events.metric('sent', text.length);
  }

  /** Bytes that the socket holds back. */
  get bufferedAmount(): number {
    return this.#link?.bufferedAmount ?? 0;
  }

  /** Gives the current attempt or connection up for this reason. */
  fail(failure: Failure): void {
    const now = this.environment.now();
    const slowBefore = now - this.#slowAt < SLOW_AGAIN_MS;
    if (failure.kind === 'closed' && failure.code === CloseCode.slowReader) this.#slowAt = now;
    const decision = decide(failure, { failures: this.#failures, reauthenticated: this.#reauthenticated, slowBefore });
    this.#drop();
    this.#lostAt ??= now;
    const attempt = ++this.#failures;
    if (decision.action === 'stop') {
      const { reason, detail } = decision;
      this.#move({ type: 'stopped', attempt, reason, detail });
    } else if (attempt > this.maxRetries) {
      this.#move({ type: 'stopped', attempt, reason: 'retries-exhausted', detail: decision.reason });
    } else {
      this.#retry(decision, attempt, now);
    }
  }

  #retry(decision: Exclude<Decision, { action: 'stop' }>, attempt: number, now: number): void {
    if (decision.action === 'reauthenticate') this.#reauthenticated = true;
    if (decision.action === 'reauthenticate' || decision.freshToken) this.tokens?.forget();
    if (decision.action === 'retry' && decision.atOnce) {
      this.#dial('replaced');
      return;
    }
    const { environment } = this;
    const advice = decision.action === 'retry' ? decision.advice : undefined;
    let wait = backoffDelayMs(attempt, () => environment.random());
    if (advice) {
      const advised = advice.retryAfterMs + environment.random() * advice.spreadMs;
      // A server that gives the same short advice again and again is not hammered.
      wait = attempt > 1 ? Math.max(advised, wait) : advised;
    }
    this.#cancelRetry = environment.setTimer(wait, () => this.#dial('dial'));
    this.#move({ type: 'lost', attempt, retryAt: now + wait, reason: decision.reason });
  }

  #dial(type: 'dial' | 'replaced'): void {
    this.#cancelRetry();
    const link = new Link(this.environment);
    this.#link = link;
    this.#dialledAt = this.environment.now();
    this.#lostAt ??= this.#dialledAt;
    const attempt = this.#failures + 1;
    this.events.metric('attempt', attempt);
    this.#move({ type, attempt });
    if (link.orphaned) return;
    const use = (token: string) => this.#open(link, token);
    if (this.tokens) this.tokens.take(link, use, (detail) => this.fail({ kind: 'token', detail }));
    else use('');
  }

  #open(link: Link, token: string): void {
    const { wire, events } = this;
    let opened = false;
    this.#cancelHandshake = link.deadline(HANDSHAKE_MS, () => this.fail({ kind: 'timeout' }));
    try {
      link.open(wire.url, wire.protocols, {
        open: () => {
          opened = true;
          this.#move({ type: 'opened' });
          if (!link.orphaned) wire.open(link, token);
        },
        message: (data) => {
          if (typeof data !== 'string') return events.poison('a frame that is no text', data);
          events.metric('received', data.length);
          wire.receive(data);
        },
        close: (code, reason) => this.fail({ kind: 'closed', code, opened, advice: decodeCloseAdvice(reason) }),
      });
    } catch (error) {
      this.fail({ kind: 'unusable', detail: error instanceof Error ? error.message : String(error) });
    }
  }

  #drop(): void {
    this.#link?.drop();
    this.#link = undefined;
    this.wire.close();
  }

  #forgive(): void {
    this.#failures = 0;
    this.#reauthenticated = false;
  }

  #move(event: ConnectionEvent): void {
    const next = transition(this.state, event);
    if (next === this.state) return;
    this.state = next;
    this.events.changed();
  }
}
