// @ts-check
// Times every decoder in turn, round by round, and prints their figures; started once as it is and once where the making of
// code from strings is forbidden.
import { DECODERS } from './decoders.mjs';
import { createFrames } from './frames.mjs';

/** In one round; few, so that the decoders take turns quickly and whatever disturbs one disturbs all. */
const FRAMES = 2_000;

const WARM_UP_ROUNDS = 10;

const [rounds = '5'] = process.argv.slice(2);
const frames = createFrames(FRAMES);
const decoders = Object.entries(DECODERS);
/** @type {Record<string, number[]>} */
const nanosPerFrame = Object.fromEntries(decoders.map(([name]) => [name, []]));
for (let round = -WARM_UP_ROUNDS; round < Number(rounds); round++) {
  const first = Math.max(round, 0) % decoders.length;
  for (const [name, decode] of [...decoders.slice(first), ...decoders.slice(0, first)]) {
    const nanos = run(decode);
    if (round >= 0) nanosPerFrame[name]?.push(nanos);
  }
}
console.log(JSON.stringify(nanosPerFrame));

/** Processor time, so that what else this machine has to do does not count. @param {(frame: string) => unknown} decode */
function run(decode) {
  let passed = 0;
  const before = process.cpuUsage();
  for (const frame of frames) if (decode(frame) !== undefined) passed += 1;
  const { user, system } = process.cpuUsage(before);
  if (passed !== FRAMES) throw new Error(`Only ${passed} of ${FRAMES} good frames passed.`);
  return ((user + system) * 1_000) / passed;
}
