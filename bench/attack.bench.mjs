// @ts-check
// What an attack costs a bystander: somebody else's changes are timed while the service is attacked, and while the same
// attacker, on the same machine, attacks something else.

import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { ATTACKS } from './support/attack/attacks.mjs';
import { openBystander } from './support/attack/bystander.mjs';
import { startChild } from './support/child-process.mjs';
import { residentBytesOf } from './support/service/process-cost.mjs';
import { build, startService } from './support/service/start-service.mjs';
import { SECRET } from './support/service/tokens.mjs';
import { medianOf, quantileOf, roundTo } from './support/statistics.mjs';
import { writeResult } from './support/write-result.mjs';

/** `BENCH_ROUNDS` asks for fewer. */
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 5);
/** How long one attack is watched in one round, milliseconds; longer than the 5 s that a hello may take. */
const WATCH_MS = 6_500;
const LOOK_MS = 100;
const MEBIBYTE = 1024 ** 2;
const LIMIT_MS = 60_000;
/** How a refusal is named that only the service knows of. */
const CLOSED_BY_SERVICE = 'service closed ';
const [ATTACKER, SINK] = ['attacker', 'sink'].map((name) =>
  fileURLToPath(new URL(`./support/attack/${name}-process.mjs`, import.meta.url)),
);

const chosen = process.argv.slice(2);
await build();
const rows = [];
for (const attack of ATTACKS.filter(({ name }) => chosen.length === 0 || chosen.includes(name))) {
  rows.push(await tryAttack(attack));
  console.log(rows.at(-1));
}
const worst = Math.max(...rows.map((row) => row['p99 ratio']));
writeResult({
  name: 'attack',
  about: [
    'A bystander, signed in as somebody else, posts one change after the other and waits until another of its sockets has it,',
    `for ${WATCH_MS / 1_000} s of each attack; p99 in milliseconds. The same attacker then turns on a separate process that means nothing,`,
    `which tells what it costs to be on this machine at all. ${ROUNDS} rounds in turn on a fresh service each, medians; the service runs`,
    'with its own default limits. Refused "wrong": nothing of what is documented came, in the last round after up to a minute more; whom the service closes',
    'that never reads is counted by its own metrics.',
  ].join(' '),
  rows,
  ratios: {
    attack_p99_ratio: worst,
    attack_wrong_refusals: rows.filter(({ refused }) => refused === 'wrong').length,
    attack_memory_mib: Math.max(...rows.map((row) => row['grew by, MiB'])),
  },
});

/** @param {import('./support/attack/attacks.mjs').Attack} attack */
async function tryAttack({ name, refusals, patienceMs = 0 }) {
  /** @type {{ under: number, beside: number, grewBy: number }[]} */
  const rounds = [];
  /** @type {Map<string, number>} */
  const answers = new Map();
  for (let round = 0; round < ROUNDS; round++) {
    const service = await startService({ env: { JWT_AUDIENCE: 'taskwire' }, hasOwnLimits: true });
    const sink = startChild(SINK ?? '', []);
    const { port } = await sink.answer(({ type }) => type === 'listening', LIMIT_MS);
    const bystander = await openBystander(service.url);
    const before = residentBytesOf(service.pid);
    const isRefused = async () => Object.keys(await service.closes()).some((code) => isAmong(refusals, code));
    const patience = { patienceMs: round === ROUNDS - 1 ? patienceMs : 0, isRefused };
    const under = async () => watch(name, service.url, bystander, service.pid, patience);
    const beside = async () => watch(name, `http://127.0.0.1:${port}`, bystander, service.pid);
    const [own, other] = round % 2 === 0 ? [await under(), await beside()] : [await beside(), await under()].reverse();
    for (const [answer, count] of Object.entries(own?.answers ?? {}))
      answers.set(answer, (answers.get(answer) ?? 0) + count);
    for (const [code, count] of Object.entries(await service.closes())) {
      const answer = `${CLOSED_BY_SERVICE}${code}`;
      if (isAmong(refusals, code)) answers.set(answer, (answers.get(answer) ?? 0) + count);
    }
    rounds.push({
      under: own?.p99 ?? Number.NaN,
      beside: other?.p99 ?? Number.NaN,
      grewBy: ((own?.peakBytes ?? 0) - before) / MEBIBYTE,
    });
    bystander.close();
    await service.stop();
    await sink.kill();
  }
  const isRefused =
    refusals.every((documented) => documented.some((refusal) => answers.has(refusal))) &&
    ![...answers.keys()].some((answer) => answer.endsWith('welcomed'));
  return {
    attack: name,
    'bystander p99': roundTo(medianOf(rounds.map(({ under }) => under)), 2),
    'beside a sink': roundTo(medianOf(rounds.map(({ beside }) => beside)), 2),
    'p99 ratio': roundTo(medianOf(rounds.map(({ under, beside }) => under / beside)), 2),
    'grew by, MiB': Math.round(Math.max(...rounds.map(({ grewBy }) => grewBy))),
    answers: [...answers].map(([answer, count]) => `${answer}: ${count}`).join(', '),
    refused: isRefused ? 'as documented' : 'wrong',
  };
}

/** @param {import('./support/attack/attacks.mjs').Attack['refusals']} refusals @param {string} code */
function isAmong(refusals, code) {
  return refusals.some((documented) => documented.includes(`${CLOSED_BY_SERVICE}${code}`));
}

/**
 * @param {string} name @param {string} url @param {Awaited<ReturnType<typeof openBystander>>} bystander @param {number} pid
 * @param {{ patienceMs: number, isRefused: () => Promise<boolean> }} [patience]
 */
async function watch(name, url, bystander, pid, patience) {
  const attacker = startChild(ATTACKER ?? '', []);
  attacker.order({ name, url, secret: SECRET });
  await attacker.answer(({ type }) => type === 'attacking', LIMIT_MS);
  let isOver = false;
  let peakBytes = 0;
  const looking = (async () => {
    while (!isOver) {
      peakBytes = Math.max(peakBytes, residentBytesOf(pid));
      await sleep(LOOK_MS);
    }
  })();
  const times = await bystander.workFor(WATCH_MS);
  isOver = true;
  await looking;
  for (const end = Date.now() + (patience?.patienceMs ?? 0); Date.now() < end && !(await patience?.isRefused()); ) {
    await sleep(LOOK_MS);
  }
  attacker.order({ type: 'end' });
  const { answers } = await attacker.answer(({ type }) => type === 'ended', LIMIT_MS);
  await attacker.kill();
  return { p99: quantileOf(times, 0.99), peakBytes, answers: /** @type {Record<string, number>} */ (answers) };
}
