import type { Undo } from '@/lib/protocol/connection-source';
import { onBrowserWake } from './wake-signals';

/** As much of a WebSocket as the client uses; browsers, `ws` and the doubles of `taskwire/testing` all have it. */
export interface SocketLike {
  /** Bytes handed to `send` that have not left yet. */
  readonly bufferedAmount?: number;
  send(data: string): void;
  close(code?: number, reason?: string): void;
  addEventListener(type: 'open' | 'error', listener: () => void): void;
  addEventListener(type: 'message', listener: (event: { data: unknown }) => void): void;
  addEventListener(type: 'close', listener: (event: { code: number; reason: string }) => void): void;
}

/** Everything that the connection takes from the outside world. Give your own to run it elsewhere or in tests. */
export interface Environment {
  /** Opens a socket. May throw when the address or the runtime is unusable: the client then stops and says why. */
  createSocket(url: string, protocols: string[]): SocketLike;
  /** Milliseconds of a clock that never goes back. Its zero means nothing. */
  now(): number;
  /** Draws from 0 up to, not including, 1. */
  random(): number;
  /** Runs once after at least so many milliseconds; the undo cancels it. */
  setTimer(ms: number, run: () => void): Undo;
  /** Calls whenever the machine or the page may just have come back: visible, focused, online, resumed, slept. */
  onWake(listener: () => void): Undo;
}

// Browsers run a timer above this at once.
const MAX_TIMER_MS = 2 ** 31 - 1;

/** The browser's own means; safe to import anywhere, a missing `WebSocket` is only noticed when a socket is made. */
export const browserEnvironment: Environment = {
  createSocket(url, protocols) {
    if (typeof WebSocket === 'undefined') throw new Error('No WebSocket: pass environment.createSocket');
    return new WebSocket(url, protocols);
  },
  now: () => performance.now(),
  random: () => Math.random(),
  setTimer(ms, run) {
    const timer = setTimeout(run, Math.min(ms, MAX_TIMER_MS));
    return () => clearTimeout(timer);
  },
  onWake: onBrowserWake,
};
