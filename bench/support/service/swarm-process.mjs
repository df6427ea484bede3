// @ts-check
// Thousands of bare readers in a process of their own, so that what they cost is not the server's. It opens, drops and
// reopens them on order and says when all of them have heard a text.
import { WebSocket } from 'ws';

/**
 * @typedef {object} Reader
 * @property {string} url
 * @property {string} [protocol]
 * @property {readonly string[]} first What it sends when it is open.
 * @property {readonly string[]} ready What has to have come, each once, before it counts as open.
 * @property {string} [localAddress] Where it dials from: servers count connections per address.
 * @property {readonly (readonly [string, string])[]} [answers] What it answers to a whole frame.
 */

/** @type {Set<WebSocket>} */
const open = new Set();
/** @type {{ text: string, missing: Set<WebSocket> } | undefined} */
let expected;
let deliveries = 0;

process.on('message', (/** @type {any} */ order) => {
  if (order.type === 'open') void openAll(order.readers, order.dialing);
  else if (order.type === 'expect') expect(order.text);
  else if (order.type === 'drop') dropAll();
});
// Whoever started it is gone: nobody is left to measure for.
process.on('disconnect', () => process.exit());
process.send?.({ type: 'ready' });

/** @param {readonly Reader[]} readers @param {number} dialing How many dial at a time. */
async function openAll(readers, dialing) {
  const begin = performance.now();
  let next = 0;
  /** @type {string[]} */
  const faults = [];
  /** @type {Record<string, number>} */
  const heard = {};
  /** @type {number[]} */
  const times = [];
  const dialOn = async () => {
    while (next < readers.length) {
      const reader = /** @type {Reader} */ (readers[next++]);
      try {
        await openOne(reader, heard);
        times.push(performance.now() - begin);
      } catch (error) {
        faults.push(String(error));
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(dialing, readers.length) }, dialOn));
  process.send?.({
    type: 'opened',
    count: open.size,
    ms: performance.now() - begin,
    times,
    heard,
    faults: faults.slice(0, 3),
  });
}

/** @param {Reader} reader @param {Record<string, number>} heard How often each of the `ready` texts came. */
function openOne({ url, protocol, first, ready, localAddress, answers = [] }, heard) {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, protocol ? [protocol] : [], {
      perMessageDeflate: false,
      ...(localAddress && { localAddress }),
    });
    const awaited = [...ready];
    socket.on('open', () => {
      for (const text of first) socket.send(text);
      if (awaited.length === 0) settle();
    });
    const settle = () => {
      open.add(socket);
      resolve(undefined);
    };
    socket.on('message', (data) => {
      const text = data.toString();
      for (const [question, answer] of answers) if (text === question) socket.send(answer);
      if (awaited.length > 0) {
        const at = awaited.findIndex((wanted) => text.includes(wanted));
        if (at < 0) return;
        heard[awaited[at] ?? ''] = (heard[awaited[at] ?? ''] ?? 0) + 1;
        awaited.splice(at, 1);
        if (awaited.length === 0) settle();
        return;
      }
      deliveries += 1;
      if (expected?.missing.has(socket) && text.includes(expected.text)) {
        expected.missing.delete(socket);
        report();
      }
    });
    socket.on('close', (code, reason) => {
      open.delete(socket);
      reject(new Error(`closed with ${code} ${reason}`));
    });
    socket.on('error', reject);
  });
}

/** Answers `heard` when every open reader got a frame with this text. @param {string} text */
function expect(text) {
  deliveries = 0;
  expected = { text, missing: new Set(open) };
  process.send?.({ type: 'expecting' });
  report();
}

function report() {
  if (expected?.missing.size !== 0) return;
  expected = undefined;
  process.send?.({ type: 'heard', deliveries });
}

function dropAll() {
  for (const socket of open) {
    socket.removeAllListeners('close');
    socket.terminate();
  }
  open.clear();
  process.send?.({ type: 'dropped' });
}
