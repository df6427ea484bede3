import { CloseCode, decodeCloseAdvice } from '@/lib/protocol/close-codes';
import type { ConnectionState, Undo } from '@/lib/protocol/connection-source';
import type { Task } from '@/lib/protocol/task';
import { backoffDelayMs } from './backoff';
import { type Decision, decide, type Failure } from './close-policy';
import { type ConnectionEvent, IDLE, transition } from './connection-state';
import { createLink, type Link } from './link';
import type { Wire, WireHost } from './wire';

/** How long a socket may take to open and its server to acknowledge, milliseconds. */
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
  /** The application's frames may leave. */
  ready(): void;
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
  /** Sends a frame on the open socket. */
  send(text: string): void;
  /** Bytes that the socket holds back. */
  held(): number;
}

/** Makes a connection that rests. @param createWire Called once, now. */
export function createConnection<T extends Task>(
  options: ConnectionOptions<T>,
  createWire: (host: WireHost<T>) => Wire,
): Connection {
  const { environment, maxRetries, publish, fault, metric, changed, ready } = options;
  let state = IDLE;
  let link: Link | undefined;
  let failures = 0;
  let reauthenticated = false;
  let slowAt = Number.NEGATIVE_INFINITY;
  let dialledAt = 0;
  let lostAt: number | undefined;
  let cancelRetry: Undo | undefined;
  let cancelHandshake: Undo | undefined;
  let cancelWake: Undo | undefined;

  const move = (event: ConnectionEvent) => {
    const next = transition(state, event);
    if (next === state) return;
    state = next;
    changed();
  };

  const forgive = () => {
    failures = 0;
    reauthenticated = false;
  };

  const drop = () => {
    link?.drop();
    link = undefined;
    wire.close();
  };

  const send = (text: string) => {
    link?.send(text);
    metric('sent', text.length);
  };

  const waitBefore = (attempt: number, decision: Decision) => {
    const wait = backoffDelayMs(attempt, () => environment.random());
    if (decision.action !== 'retry' || !decision.advice) return wait;
    const { retryAfterMs, spreadMs } = decision.advice;
    const advised = retryAfterMs + environment.random() * spreadMs;
    // A server that gives the same short advice again and again is not hammered.
    return attempt > 1 ? Math.max(advised, wait) : advised;
  };

  const fail = (failure: Failure) => {
    const now = environment.now();
    const decision = decide(failure, { failures, reauthenticated, slowBefore: now - slowAt < SLOW_AGAIN_MS });
    const { action, detail } = decision;
    const attempt = ++failures;
    if (failure.kind === 'closed' && failure.code === CloseCode.slowReader) slowAt = now;
    drop();
    lostAt ??= now;
    if (action === 'stop' || attempt > maxRetries) {
      const reason = action === 'stop' ? decision.reason : 'retries-exhausted';
      move({ state: 'failed', attempt, reason, detail });
      return;
    }
    if (action === 'reauthenticate') reauthenticated = true;
    if (action === 'reauthenticate' || decision.freshToken) wire.tokens?.forget();
    if (action === 'retry' && decision.atOnce) {
      dial();
      return;
    }
    const wait = waitBefore(attempt, decision);
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
    move({ state: 'connecting', attempt });
    if (newLink.isOrphan()) return;
    const use = (token: string) => open(newLink, token);
    if (wire.tokens) wire.tokens.take(newLink, use, (reason) => fail({ kind: 'token', detail: reason }));
    else use('');
  };

  const open = (newLink: Link, token: string) => {
    let opened = false;
    cancelHandshake = newLink.deadline(HANDSHAKE_MS, () => fail({ kind: 'timeout' }));
    try {
      newLink.open(wire.url, wire.protocols, {
        open() {
          opened = true;
          move({ state: 'handshaking', attempt: failures + 1 });
          if (!newLink.isOrphan()) wire.open(newLink, token);
        },
        message(data) {
          if (typeof data === 'string') {
            metric('received', data.length);
            wire.receive(data);
          } else fault('a frame that is no text', data, 'poison');
        },
        close: (code, reason) => fail({ kind: 'closed', code, opened, advice: decodeCloseAdvice(reason) }),
      });
    } catch (error) {
      fail({ kind: 'unusable', detail: error instanceof Error ? error.message : String(error) });
    }
  };

  const connect = () => {
    cancelWake ??= environment.onWake(wake);
    if (link) return;
    if (state.state === 'failed') wire.tokens?.forget();
    if (state.state !== 'waiting') forgive();
    dial();
  };

  const wake = () => {
    if (state.state === 'connected') wire.wake();
    else if (state.state === 'waiting' || (state.state === 'failed' && state.reason === 'retries-exhausted')) connect();
  };

  const wire = createWire({
    environment,
    publish,
    fault,
    metric,
    send,
    silent: () => fail({ kind: 'silent' }),
    acknowledged() {
      const current = link;
      if (state.state !== 'handshaking' || !current) return;
      const since = environment.now();
      cancelHandshake?.();
      current.after(LASTING_MS, forgive);
      metric('connected', since - dialledAt);
      move({ state: 'connected', since });
      if (!current.isOrphan()) ready();
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
    held: () => link?.held() ?? 0,
  };
}
