// @ts-check
import { WebSocket } from 'ws';

/** How long to wait before dialing again, milliseconds; spread, so that readers do not dial together. */
const REDIAL_MS = [20, 150];

/**
 * @typedef {object} Seen One event as it came.
 * @property {number} seq @property {string | undefined} eventId @property {string | undefined} mutationId
 * @property {string | undefined} taskId @property {number | undefined} version
 */

/**
 * A client that keeps what it hears, in order, over any number of connections. It is written against docs/PROTOCOL.md alone.
 * @param {object} options
 * @param {string} options.url Where to dial.
 * @param {string} options.token
 * @param {() => number} options.random
 */
export function startReader({ url, token, random }) {
  /** @type {Seen[]} */
  const seen = [];
  /** @type {string[]} */
  const faults = [];
  const counts = { connections: 0, recoveries: 0, replayed: 0, snapshots: 0 };
  /** @type {{ epoch: string, seq: number, eventId?: string } | undefined} */
  let position;
  /** @type {WebSocket | undefined} */
  let socket;
  let isStopped = false;
  let channel = '';
  /** Since when it hears nothing, milliseconds; 0 while it does. */
  let deafSince = 0;
  let longestGapMs = 0;

  const take = (/** @type {any} */ event) => {
    if (event.seq !== (position?.seq ?? 0) + 1) faults.push(`seq ${event.seq} after ${position?.seq}`);
    if (position)
      position = { epoch: position.epoch, seq: event.seq, ...(event.eventId && { eventId: event.eventId }) };
    const { seq, eventId, mutationId, taskId, version } = event;
    seen.push({ seq, eventId, mutationId, taskId, version });
  };

  const hear = (/** @type {any} */ message) => {
    switch (message.type) {
      case 'subscribed':
        channel = message.channel;
        if (deafSince > 0) longestGapMs = Math.max(longestGapMs, performance.now() - deafSince);
        deafSince = 0;
        if (message.recovered) {
          counts.recoveries += 1;
          counts.replayed += message.replayed;
          const wanted = (position?.seq ?? 0) + message.replayed;
          if (wanted !== message.position.seq)
            faults.push(`${message.replayed} replayed from ${position?.seq} to ${message.position.seq}`);
        } else if (position !== undefined) {
          faults.push(`a snapshot at ${message.position.seq} instead of what came after ${position.seq}`);
        }
        break;
      case 'snapshot':
        if (message.page === 0) counts.snapshots += 1;
        if (message.last) position = message.position;
        break;
      case 'batch':
        for (const event of message.events) take(event);
        break;
      case 'task_update':
      case 'access_removed':
      case 'skip':
        take(message);
        break;
      case 'ping':
        socket?.send(JSON.stringify({ type: 'pong' }));
        break;
      case 'error':
        faults.push(`error ${message.code}: ${message.message}`);
        break;
    }
  };

  const dial = () => {
    if (isStopped) return;
    const own = new WebSocket(url, ['taskwire.v1'], { perMessageDeflate: false });
    socket = own;
    own.on('open', () => {
      counts.connections += 1;
      const channels = [{ channel: 'user:me', ...(position && { position }) }];
      own.send(JSON.stringify({ type: 'hello', token, clientId: crypto.randomUUID(), channels }));
    });
    own.on('message', (data) => {
      if (own === socket) hear(JSON.parse(data.toString()));
    });
    own.on('error', () => {});
    own.on('close', () => {
      const [least = 0, most = 0] = REDIAL_MS;
      deafSince ||= performance.now();
      if (own === socket) setTimeout(dial, least + random() * (most - least));
    });
  };
  dial();

  return {
    seen,
    faults,
    counts,
    /** The longest time between the loss of a connection and the next subscription, milliseconds. */
    longestGapMs: () => longestGapMs,
    /** Where it stands. */
    position: () => position,
    channel: () => channel,
    /** Drops the connection without a word; it comes back by itself. */
    drop: () => socket?.terminate(),
    stop() {
      isStopped = true;
      socket?.terminate();
    },
  };
}
