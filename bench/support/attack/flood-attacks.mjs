// @ts-check
import { tokenOf } from '../service/tokens.mjs';
import { ended, keepOn, openRaw, openSocket, pause, sayHello } from './hostile-socket.mjs';

/** @typedef {import('./attacks.mjs').Attack} Attack */

const PING_SOCKETS = 20;
const PINGS_A_TURN = 50;
const SLOW_CONNECTIONS = 2_000;
const MUTE_SOCKETS = 5_000;
const DEAF_READERS = 500;
const READERS_PER_USER = 10;
const POSTS_A_USER = 2_500;
const SUBSCRIBING_SOCKETS = 20;
const HOSTILE_ORIGINS = 20;
/** What a socket may hold back before the attacker waits, bytes. */
const HELD_BACK = 1024 * 1024;

/** Attacks by number. @type {readonly Attack[]} */
export const floodAttacks = [
  {
    name: 'ping flood',
    refusals: [['close 4429']],
    run: (target) =>
      crowd(target, PING_SOCKETS, (socket, index) => {
        if (index % 2 === 0) for (let ping = 0; ping < PINGS_A_TURN; ping++) socket.ping();
        else for (let ping = 0; ping < PINGS_A_TURN; ping++) socket.send('{"type":"ping","id":1}');
      }),
  },
  {
    name: '2,000 slow headers',
    refusals: [['HTTP 408']],
    patienceMs: 15_000,
    async run(target) {
      const connections = Array.from({ length: SLOW_CONNECTIONS }, (_, index) => openRaw(target, index));
      for (const raw of connections) raw.write('GET /ws HTTP/1.1\r\nHost: localhost\r\n');
      await keepOn(target.signal, async () => {
        for (const raw of connections) if (raw.writable) raw.write('X');
        await pause(target.signal, 500);
      });
    },
  },
  {
    name: '5,000 mute sockets',
    refusals: [['close 4408', 'close 4429']],
    async run(target) {
      for (let index = 0; index < MUTE_SOCKETS && !target.signal.aborted; index += 100) {
        await Promise.all(Array.from({ length: 100 }, (_, offset) => openSocket(target, { index: index + offset })));
      }
      await ended(target.signal);
    },
  },
  {
    name: '500 readers that never read',
    // They do not read what they are told: the service says whom it put out.
    refusals: [['service closed 4410']],
    patienceMs: 60_000,
    async run(target) {
      const readers = Array.from({ length: DEAF_READERS }, (_, index) => index);
      const sockets = await Promise.all(readers.map((index) => openSocket(target, { index })));
      sockets.forEach((socket, index) => {
        if (!socket) return;
        sayHello(socket, deafUser(index));
        socket.pause();
      });
      // They publish to themselves what they do not read; the operating system takes a good deal of it for each of them.
      let posts = 0;
      await keepOn(target.signal, async () => {
        posts += 1;
        await fetch(`${target.url}/api/v1/tasks`, {
          method: 'POST',
          headers: {
            'content-type': 'application/json',
            authorization: `Bearer ${tokenOf(deafUser(Math.floor(posts / POSTS_A_USER) * READERS_PER_USER), { aud: 'taskwire' })}`,
          },
          body: JSON.stringify({ title: 'x', description: 'y'.repeat(12_000) }),
          signal: target.signal,
        }).then(
          (answer) => answer.arrayBuffer(),
          () => {},
        );
      });
    },
  },
  {
    name: 'subscribe flood',
    refusals: [['close 4429', 'error 4403', 'error 4429']],
    run: (target) =>
      crowd(target, SUBSCRIBING_SOCKETS, (socket, index) => {
        for (let ask = 0; ask < PINGS_A_TURN; ask++) {
          const channel = ask % 2 === 0 ? `user:attacker-${index}` : `project:${crypto.randomUUID()}`;
          const type = ask % 4 === 2 ? 'unsubscribe' : 'subscribe';
          socket.send(JSON.stringify({ type, channel }));
        }
      }),
  },
  {
    name: '20 hostile origins',
    refusals: [['HTTP 403']],
    run: (target) =>
      keepOn(target.signal, async () => {
        await Promise.all(
          Array.from({ length: HOSTILE_ORIGINS }, (_, index) =>
            openSocket(target, { index, headers: { origin: `https://evil-${index}.example` } }),
          ),
        );
      }),
  },
];

/** @param {number} index */
function deafUser(index) {
  return `deaf-${Math.floor(index / READERS_PER_USER) % (DEAF_READERS / READERS_PER_USER)}`;
}

/**
 * Signed-in sockets that do something as fast as they can; who is put out comes back.
 * @param {import('./attacks.mjs').Target} target @param {number} count
 * @param {(socket: import('ws').WebSocket, index: number) => void} act
 */
async function crowd(target, count, act) {
  await Promise.all(
    Array.from({ length: count }, (_, index) =>
      keepOn(target.signal, async () => {
        const onMessage = (/** @type {any} */ message) => {
          if (message.type === 'error') target.note(`error ${message.code}`);
        };
        const socket = await openSocket(target, { index, onMessage });
        if (!socket) return void (await pause(target.signal, 50));
        sayHello(socket, `attacker-${index}`);
        while (socket.readyState === socket.OPEN && !target.signal.aborted) {
          if (socket.bufferedAmount < HELD_BACK) act(socket, index);
          await pause(target.signal, 1);
        }
        await pause(target.signal, 50);
      }),
    ),
  );
}
