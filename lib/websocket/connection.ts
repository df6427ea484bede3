import { decodeCloseAdvice } from '@/lib/protocol/close-codes';
import type { ConnectionState, Undo } from '@/lib/protocol/connection-source';
import type { Task } from '@/lib/protocol/task';
import { backoffDelayMs } from './backoff';
import { decide, type Failure } from './close-policy';
import { type ConnectionEvent, IDLE, transition } from './connection-state';
import { createLink, type Link } from './link';
import type { Wire, WireHost } from './wire';

/** How long token, socket and acknowledgement may take together, milliseconds. */
export const HANDSHAKE_MS = 10_000;

/** A connection that lasted this long is forgiven all failed attempts before it, milliseconds ([BO2]). */
export const LASTING_MS = 5_000;

/** A reader called too slow twice within this time backs off, milliseconds. */
export const SLOW_AGAIN_MS = 60_000;

/** What a connection needs from its owner. */
export interface ConnectionOptions<T extends Task>
  extends Pick<WireHost<T>, 'environment' | 'publish' | 'fault' | 'metric'> {
  readonly maxRetries: number;
  /** The state is another one now. */
  changed(): void;
}

/** Keeps one socket alive: dials, judges failures, waits, dials again. Never more than one socket at a time ([CS5]). */
export interface Connection {
  /** The current state; the same object until it changes. */
  state(): ConnectionState;
  /** Starts, or cuts any wait; after a stop it starts afresh, with a fresh token. */
  connect(): void;
  /** Ends it until `connect`; nothing is left running. */
  disconnect(): void;
  /** A hint that machine or page came back: cuts a wait, probes a socket, restarts what only ran out of attempts. */
  wake(): void;
  /** What it speaks. */
  readonly wire: Wire;
  /** Sends a frame on the open socket; `false` when it was refused. */
  send(text: string): boolean;
}

/** Makes a connection that rests. @param createWire Called once, now. */
export function createConnection<T extends Task>(
  options: ConnectionOptions<T>,
  createWire: (host: WireHost<T>) => Wire,
): Connection {
  const { environment, maxRetries, metric, changed } = options;
  let state = IDLE;
  let link: Link | undefined;
  let failures = 0;
  let renewed = false;
  let slowUntil = 0;
  let dialledAt = 0;
  let lostAt: number | undefined;
  let cancelRetry: Undo | undefined;
  let cancelWake: Undo | undefined;

  const move = (event: ConnectionEvent) => {
    const next = transition(state, event);
    if (next === state) return;
    state = next;
    changed();
  };

  const forgive = () => {
    failures = 0;
    renewed = false;
  };

  const drop = () => {
    link?.drop();
    link = undefined;
    wire.close();
  };

  const send = (text: string) => {
    const isSent = link?.send(text) ?? false;
    if (isSent) metric('sent', text.length);
    return isSent;
  };

  const fail = (failure: Failure) => {
    const now = environment.now();
    const history = { failures, renewed, slow: now < slowUntil };
    const { action, atOnce, advice, fresh, reason } = decide(failure, history);
    const { kind, detail } = failure;
    const attempt = ++failures;
    drop();
    lostAt ??= now;
    if (action === 'stop' || attempt > maxRetries) {
      move({ state: 'failed', attempt, reason: reason ?? 'retries-exhausted', detail });
      return;
    }
    renewed ||= action === 'reauthenticate';
    // After a refusal only fresh tokens count, so that the next refusal is a verdict.
    if (fresh || renewed) wire.tokens.forget();
    if (atOnce) {
      if (kind === 'closed') slowUntil = now + SLOW_AGAIN_MS;
      dial();
      return;
    }
    let wait = backoffDelayMs(attempt, () => environment.random());
    if (advice) {
      const advised = advice.retryAfterMs + environment.random() * advice.spreadMs;
      // A server that gives the same short advice again and again is not hammered.
      wait = attempt > 1 ? Math.max(advised, wait) : advised;
    }
    cancelRetry = environment.setTimer(wait, dial);
    move({ state: 'waiting', attempt, retryAt: now + wait, reason: detail });
  };

  const dial = () => {
    const attempt = failures + 1;
    const newLink = createLink(environment);
    cancelRetry?.();
    link = newLink;
    dialledAt = environment.now();
    lostAt ??= dialledAt;
    metric('attempt', attempt);
    newLink.deadline(HANDSHAKE_MS, () => state.state === 'connected' || fail({ kind: 'timeout', detail: 'no answer' }));
    move({ state: 'connecting', attempt });
    const use = (token: string) => open(newLink, token);
    wire.tokens.take(newLink, use, (detail) => fail({ kind: 'token', detail }));
  };

  const open = (newLink: Link, token: string) => {
    try {
      newLink.open(wire.url, wire.protocols, {
        open() {
          move({ state: 'handshaking', attempt: failures + 1 });
          if (!newLink.isOrphan()) wire.open(newLink, token);
        },
        message(data) {
          // Binary data becomes a text that is no message.
          const text = String(data);
          metric('received', text.length);
          wire.receive(text);
        },
        close(code, reason) {
          const opened = state.state !== 'connecting';
          fail({ kind: 'closed', code, opened, advice: decodeCloseAdvice(reason), detail: `closed with ${code}` });
        },
      });
    } catch (error) {
      fail({ kind: 'unusable', detail: String(error) });
    }
  };

  const connect = () => {
    cancelWake ??= environment.onWake(wake);
    if (link) return;
    if (state.state === 'failed') wire.tokens.forget();
    if (state.state !== 'waiting') forgive();
    dial();
  };

  const wake = () => {
    if (state.state === 'connected') wire.wake();
    else if (state.state === 'waiting' || (state.state === 'failed' && state.reason === 'retries-exhausted')) connect();
  };

  const wire = createWire({
    ...options,
    send,
    fail,
    acknowledged() {
      if (state.state !== 'handshaking') return;
      const since = environment.now();
      link?.after(LASTING_MS, forgive);
      metric('connected', since - dialledAt);
      move({ state: 'connected', since });
    },
    synced() {
      failures = 0;
      if (lostAt !== undefined) metric('recovered', environment.now() - lostAt);
      lostAt = undefined;
    },
  });

  return {
    state: () => state,
    connect,
    disconnect() {
      cancelWake?.();
      cancelWake = undefined;
      cancelRetry?.();
      drop();
      lostAt = undefined;
      move({ state: 'closed' });
    },
    wake,
    send,
    wire,
  };
}
