// @ts-check
// What stands in front of several replicas: `node proxy-process.mjs <port> <port> …` passes connections on, byte for byte, to
// those that take work, in turn, and to another one where the first choice is gone.
import { connect, createServer } from 'node:net';

/** How often each replica is asked whether it takes work, milliseconds. */
const LOOK_MS = 100;

const ports = process.argv.slice(2).map(Number);
/** @type {Set<number>} */
const taking = new Set();
let turn = 0;

async function look() {
  await Promise.all(
    ports.map(async (port) => {
      const isTaking = await fetch(`http://127.0.0.1:${port}/ready`, { signal: AbortSignal.timeout(1_000) }).then(
        ({ ok }) => ok,
        () => false,
      );
      if (isTaking) taking.add(port);
      else taking.delete(port);
    }),
  );
  setTimeout(look, LOOK_MS);
}

/** The replicas in the order in which to try them: each new connection begins with the next one. */
function choices() {
  turn += 1;
  const rotated = ports.map((_, index) => ports[(index + turn) % ports.length] ?? 0);
  return [...rotated.filter((port) => taking.has(port)), ...rotated.filter((port) => !taking.has(port))];
}

/** @param {import('node:net').Socket} client @param {readonly number[]} rest */
function passOn(client, [port, ...rest]) {
  if (port === undefined || client.destroyed) {
    client.destroy();
    return;
  }
  const server = connect(port, '127.0.0.1');
  const refused = () => passOn(client, rest);
  server.once('error', refused);
  server.once('connect', () => {
    server.off('error', refused);
    server.pipe(client).pipe(server);
    for (const [one, other] of [
      [client, server],
      [server, client],
    ]) {
      one?.on('error', () => other?.destroy());
      one?.on('close', () => other?.destroy());
    }
    if (client.destroyed) server.destroy();
  });
}

await look();
const proxy = createServer((client) => {
  client.on('error', () => client.destroy());
  passOn(client, choices());
});
proxy.listen(0, '127.0.0.1', () => {
  const address = proxy.address();
  process.send?.({ type: 'listening', port: typeof address === 'object' ? address?.port : 0 });
});
process.on('disconnect', () => process.exit());
