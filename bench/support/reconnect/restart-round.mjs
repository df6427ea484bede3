// @ts-check
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { isPortFree } from '../../../scripts/lib/ports.mjs';
import { startChild } from '../child-process.mjs';
import { medianOf, now, peakOf, quantileOf } from '../statistics.mjs';
import { WINDOW_MS } from './herd.mjs';

/** The clients are spread over so many processes, so that none of them dials slower than its timers run. */
const PROCESSES = 2;

/** How long everybody is connected before the kill, milliseconds: above the 5 s after which three of the clients, Taskwire
 * among them, forgive earlier failures. */
const CALM_MS = 5_500;

/** How long to wait for whatever is not measured, milliseconds. */
const PATIENCE_MS = 60_000;

/** How long after the server's return a client may come back, milliseconds; who is later counts as not back. */
const RETURN_LIMIT_MS = 45_000;

/** Below the ports that systems give to outgoing connections: a dial to a port of those can meet itself. */
const [FIRST_PORT, PORTS] = [18_000, 10_000];

/**
 * @typedef {object} Round What the clients of one contender did after their server was killed.
 * @property {number} away Milliseconds from the kill until the successor listened.
 * @property {number} peak TCP dials that were due in the worst 100 ms.
 * @property {number} rawPeak The same, by when this machine got round to them.
 * @property {number} dials TCP dials in all.
 * @property {number} median Milliseconds from the kill until half of the clients were connected again.
 * @property {number} p95
 * @property {number} notBack Clients that were not back in time.
 */

/**
 * Connects the clients, kills the server, starts it again after a while and waits for everybody.
 * @param {import('./contenders.mjs').Contender} contender
 * @param {{ clients: number, downMs: number, bundle: string }} options
 * @returns {Promise<Round>}
 */
export async function playRound({ name, path }, { clients, downMs, bundle }) {
  const port = await choosePort();
  /** @type {import('../child-process.mjs').Child[]} */
  const children = [];
  const start = (/** @type {string} */ file, /** @type {readonly string[]} */ args = []) => {
    const child = startChild(fileURLToPath(new URL(file, import.meta.url)), args, {
      env: { ...process.env, TASKWIRE_BUNDLE: bundle },
    });
    children.push(child);
    return child;
  };
  const listen = async (/** @type {import('../child-process.mjs').Child} */ server) => {
    server.order({ port });
    await server.answer((message) => message === 'listening', PATIENCE_MS);
  };
  try {
    const server = start('server-process.mjs');
    const successor = start('server-process.mjs');
    await Promise.all([server, successor].map((each) => each.answer((message) => message === 'ready', PATIENCE_MS)));
    await listen(server);
    const url = `${name === 'socket.io-client' ? 'http' : 'ws'}://127.0.0.1:${port}${path}`;
    const dialling = Array.from({ length: PROCESSES }, () =>
      start('clients-process.mjs', [name, url, String(clients / PROCESSES)]),
    );
    const all = (/** @type {string} */ said, limitMs = PATIENCE_MS) =>
      Promise.all(dialling.map((child) => child.answer((message) => message === said, limitMs)));
    await all('all connected');
    await sleep(CALM_MS);

    for (const child of dialling) child.order('forget');
    await all('forgotten');
    const killedAt = now();
    const death = server.kill();
    await sleep(downMs);
    await death;
    await listen(successor);
    const away = now() - killedAt;
    await all('all connected', RETURN_LIMIT_MS).catch(() => {});

    for (const child of dialling) child.order('report');
    const reports = await Promise.all(dialling.map((child) => child.answer(({ dials }) => dials, PATIENCE_MS)));
    return describe(reports, killedAt, away);
  } finally {
    await Promise.all(children.map((child) => child.kill()));
  }
}

/** @param {readonly { dials: { at: number, due: number }[], backs: number[] }[]} reports @param {number} killedAt @param {number} away @returns {Round} */
function describe(reports, killedAt, away) {
  const dials = reports.flatMap((report) => report.dials);
  const backs = reports.flatMap((report) => report.backs).map((at) => (Number.isNaN(at) ? Infinity : at - killedAt));
  return {
    away,
    peak: peakOf(
      dials.map(({ due }) => due),
      WINDOW_MS,
    ),
    rawPeak: peakOf(
      dials.map(({ at }) => at),
      WINDOW_MS,
    ),
    dials: dials.length,
    median: medianOf(backs),
    p95: quantileOf(backs, 0.95),
    notBack: backs.filter((back) => back === Infinity).length,
  };
}

async function choosePort() {
  for (;;) {
    const port = FIRST_PORT + Math.floor(Math.random() * PORTS);
    if (await isPortFree(port)) return port;
  }
}
