// @ts-check
import { createSeededRandom } from '../seeded-random.mjs';
import { tokenOf } from '../service/tokens.mjs';
import { keepOn, openRaw, openSocket, pause, sayHello } from './hostile-socket.mjs';

/** @typedef {import('./attacks.mjs').Attack} Attack */

const FRAGMENTING_SOCKETS = 10;
const FRAGMENTS_A_WRITE = 500;
const GIANT_SOCKETS = 4;
const GIANT_BYTES = 100 * 1024 * 1024;
const GIANT_CHUNK = Buffer.alloc(64 * 1024, 0x61);
const MUTATING_SOCKETS = 16;
const FRAMES_A_TURN = 100;
/** What a socket may hold back before the attacker waits, bytes. */
const HELD_BACK = 1024 * 1024;
const SEED = 20_261_125;

/** Attacks by what stands in a frame. @type {readonly Attack[]} */
export const frameAttacks = [
  {
    name: 'fragments of 1 byte',
    refusals: [['close 1009', 'TCP closed']],
    run: (target) =>
      rawCrowd(target, FRAGMENTING_SOCKETS, (raw) => {
        const fragments = Buffer.concat(
          Array.from({ length: FRAGMENTS_A_WRITE }, () => Buffer.from([0x00, 0x81, 1, 2, 3, 4, 0x61 ^ 1])),
        );
        return { first: Buffer.from([0x01, 0x81, 1, 2, 3, 4, 0x61 ^ 1]), next: () => raw.write(fragments) };
      }),
  },
  {
    name: 'a frame of 100 MiB',
    refusals: [['close 1009', 'TCP closed']],
    run: (target) =>
      rawCrowd(target, GIANT_SOCKETS, (raw) => {
        const head = Buffer.alloc(14);
        head.set([0x81, 0xff]);
        head.writeBigUInt64BE(BigInt(GIANT_BYTES), 2);
        return { first: head, next: () => raw.write(GIANT_CHUNK) };
      }),
  },
  {
    name: 'mutated frames',
    refusals: [['close 4400', 'error 4400', 'close 4429']],
    async run(target) {
      const random = createSeededRandom(SEED);
      await Promise.all(
        Array.from({ length: MUTATING_SOCKETS }, (_, index) =>
          keepOn(target.signal, async () => {
            const onMessage = (/** @type {any} */ message) => {
              if (message.type === 'error') target.note(`error ${message.code}`);
            };
            const socket = await openSocket(target, { index: index * 200, onMessage });
            if (!socket) return pause(target.signal, 20);
            if (random() < 0.9) sayHello(socket, `mutant-${index}`);
            while (socket.readyState === socket.OPEN && !target.signal.aborted) {
              for (let frame = 0; frame < FRAMES_A_TURN && socket.bufferedAmount < HELD_BACK; frame++) {
                socket.send(mutant(random));
                target.note('frames');
              }
              await pause(target.signal, 1);
            }
          }),
        ),
      );
    },
  },
];

const FRAMES = [
  {
    type: 'hello',
    token: tokenOf('mutant', { aud: 'taskwire' }),
    clientId: 'm',
    channels: [{ channel: 'user:me', position: { epoch: 'e', seq: 1 } }],
  },
  { type: 'subscribe', channel: 'user:mutant', position: { epoch: 'e', seq: 3, eventId: 'x' } },
  { type: 'unsubscribe', channel: 'user:mutant' },
  { type: 'auth', token: tokenOf('mutant', { aud: 'taskwire' }) },
  { type: 'ping', id: 7 },
  { type: 'pong' },
  { type: 'ack', channel: 'user:mutant', seq: 4 },
].map((frame) => JSON.stringify(frame));

/** A good frame with some characters changed, cut, doubled or put in. @param {() => number} random */
function mutant(random) {
  let text = FRAMES[Math.floor(random() * FRAMES.length)] ?? '';
  for (let faults = 1 + Math.floor(random() * 3); faults > 0; faults--) {
    const at = Math.floor(random() * text.length);
    const kind = random();
    if (kind < 0.4) text = text.slice(0, at) + String.fromCharCode(32 + random() * 95) + text.slice(at + 1);
    else if (kind < 0.6) text = text.slice(0, at) + text.slice(at + 1 + Math.floor(random() * 5));
    else if (kind < 0.8) text = text.slice(0, at) + text.slice(Math.max(0, at - 10), at) + text.slice(at);
    else
      text = `${text.slice(0, at)}${['null', '{}', '[]', '-1', '1e999', '"__proto__"', '\ud800'][Math.floor(random() * 7)]}${text.slice(at)}`;
  }
  return text;
}

/**
 * Upgraded TCP connections that write frames by hand, as fast as they are taken; who is put out comes back.
 * @param {import('./attacks.mjs').Target} target @param {number} count
 * @param {(raw: import('node:net').Socket) => { readonly first: Buffer, readonly next: () => boolean }} plan
 */
async function rawCrowd(target, count, plan) {
  await Promise.all(
    Array.from({ length: count }, (_, index) =>
      keepOn(target.signal, async () => {
        const raw = openRaw(target, index * 200);
        raw.write(
          'GET /ws HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n' +
            'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: taskwire.v1\r\n\r\n',
        );
        raw.on('data', (data) => {
          const close = data.indexOf(Buffer.from([0x88]));
          if (close >= 0 && data.length >= close + 4) target.note(`close ${data.readUInt16BE(close + 2)}`);
        });
        const { first, next } = plan(raw);
        raw.write(first);
        while (!raw.destroyed && raw.writable && !target.signal.aborted) {
          if (raw.writableLength < HELD_BACK) next();
          await pause(target.signal, 1);
        }
        raw.destroy();
        await pause(target.signal, 20);
      }),
    ),
  );
}
