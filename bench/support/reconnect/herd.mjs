// @ts-check
import { createSeededRandom } from '../seeded-random.mjs';
import { peakOf } from '../statistics.mjs';
import { VirtualClock } from '../virtual-clock.mjs';

/** The window in which dials are counted, milliseconds. */
export const WINDOW_MS = 100;

/** The longest of the client's waits, milliseconds: "at the cap" means waiting under this one. */
const CAP_MS = 30_000;

/** How long everybody is connected before the loss, milliseconds; long enough that no earlier failure counts. */
const CALM_MS = 20_000;

/** How long the server then stays away, milliseconds. */
const OUTAGE_MS = 10 * 60_000;

/** How long a refused dial takes, milliseconds. */
const REFUSED_MS = 1;

/** Attempts for which the delays are compared. */
const ATTEMPTS = 12;

/**
 * @typedef {object} Herd What a herd did after it was dropped.
 * @property {number} firstPeak Dials in the worst 100 ms of all.
 * @property {number} roundPeak The same, of the first dials that were waited for under the cap.
 * @property {number} sustainedPeak The same, of all dials that were waited for under the cap.
 * @property {number} distinctShare Distinct delays among all of one attempt, at the attempt where they are fewest.
 * @property {number} dials How many dials there were in all.
 */

/**
 * Drops very many real clients, on one virtual clock, in the same instant, and refuses every dial from then on.
 *
 * @param {typeof import('../../../lib/websocket/index')} library The library's bundle.
 * @param {object} options
 * @param {number} options.clients
 * @param {number} options.seed Of every draw.
 * @param {boolean} [options.isAtCap] All waits below the cap are drawn as nothing, so that all clients come to it in the same
 *   instant: the worst that an outage can do.
 * @returns {Herd}
 */
export function dropHerd({ WebSocketSyncClient, backoffCeilingMs }, { clients, seed, isAtCap = false }) {
  const clock = new VirtualClock();
  const random = createSeededRandom(seed);
  /** @type {Set<ReturnType<typeof createSocket>>} */
  const sockets = new Set();
  /** @type {number[]} */
  const dials = [];
  /** @type {number[][]} The dials that ended the first wait under the cap, the second, … */
  const rounds = [];
  /** @type {number[][]} The delays before the first retry, the second, … */
  const delays = Array.from({ length: ATTEMPTS }, () => []);
  let isDown = false;

  const startClient = (/** @type {string} */ userId) => {
    let failures = 0;
    let cappedWaits = 0;
    const accept = (/** @type {ReturnType<typeof createSocket>} */ socket) => {
      sockets.add(socket);
      clock.setTimer(0, socket.open);
    };
    const refuse = (/** @type {ReturnType<typeof createSocket>} */ socket) => {
      dials.push(clock.now());
      if (backoffCeilingMs(failures) === CAP_MS) {
        rounds[cappedWaits] ??= [];
        rounds[cappedWaits]?.push(clock.now());
        cappedWaits += 1;
      }
      clock.setTimer(REFUSED_MS, socket.close);
    };
    const client = new WebSocketSyncClient('ws://herd.invalid/ws', userId, {
      maxRetries: Number.POSITIVE_INFINITY,
      onMetric(name, value) {
        // The attempt after so many failures.
        if (name === 'attempt') failures = value - 1;
      },
      environment: {
        now: clock.now,
        setTimer: clock.setTimer,
        onWake: () => () => {},
        random: () => (isAtCap && backoffCeilingMs(failures + 1) < CAP_MS ? 0 : random()),
        createSocket() {
          const socket = createSocket();
          if (isDown) refuse(socket);
          else accept(socket);
          return socket;
        },
      },
    });
    client.subscribe(() => {
      const { connection } = client;
      if (connection.state !== 'waiting') return;
      // Nanoseconds: what floating point adds to equal delays at different times must not make them distinct.
      delays[connection.attempt - 1]?.push(Math.round((connection.retryAt - clock.now()) * 1e6));
    });
    client.connect();
  };

  for (let index = 0; index < clients; index += 1) startClient(`user-${index}`);
  clock.advanceTo(CALM_MS);
  isDown = true;
  for (const socket of sockets) socket.close();
  clock.advanceTo(CALM_MS + OUTAGE_MS);

  const shares = delays.map((drawn) => (drawn.length === clients ? new Set(drawn).size / clients : 0));
  return {
    firstPeak: peakOf(dials, WINDOW_MS),
    roundPeak: peakOf(rounds[0] ?? [], WINDOW_MS),
    sustainedPeak: peakOf(rounds.flat(), WINDOW_MS),
    distinctShare: Math.min(...shares),
    dials: dials.length,
  };
}

/** As much of a socket as the client uses; `open` and `close` are what its server does. */
function createSocket() {
  /** @type {Map<string, (event?: unknown) => void>} */
  const listeners = new Map();
  return {
    /** @param {string} type @param {(event: never) => void} listener */
    addEventListener(type, listener) {
      listeners.set(type, /** @type {(event?: unknown) => void} */ (listener));
    },
    send() {},
    open: () => listeners.get('open')?.(),
    close: () => listeners.get('close')?.({ code: 1006, reason: '' }),
  };
}
