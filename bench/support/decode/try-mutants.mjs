// @ts-check
import { createSeededRandom } from '../seeded-random.mjs';
import { DECODERS } from './decoders.mjs';
import { createFrames } from './frames.mjs';
import { mutate } from './mutate.mjs';
import { zodUpdate } from './schemas.mjs';

const FRAMES = 1_000;

/** So many of each kind are kept to be looked at. */
const EXAMPLES = 5;

/**
 * Decodes mutants of good frames. What passes is checked again by a schema of another library; what throws, other than what
 * is no JSON, is a fault, and so is what passes as a `task_update` and breaks the type.
 * @param {{ count: number, seed: number }} options
 */
export function tryMutants({ count, seed }) {
  const random = createSeededRandom(seed);
  const frames = createFrames(FRAMES);
  const found = { passed: 0, refused: 0, noJson: 0, threw: 0, wronglyPassed: 0, wronglyRefused: 0 };
  /** @type {{ threw: string[], wronglyPassed: string[], wronglyRefused: string[] }} */
  const examples = { threw: [], wronglyPassed: [], wronglyRefused: [] };
  /** @param {keyof typeof examples} kind @param {string} frame */
  const note = (kind, frame) => {
    found[kind] += 1;
    if (examples[kind].length < EXAMPLES) examples[kind].push(frame);
  };
  for (let index = 0; index < count; index++) {
    const frame = mutate(frames[index % FRAMES] ?? '', random);
    if (!isJson(frame)) {
      found.noJson += 1;
      continue;
    }
    /** @type {any} */
    let message;
    try {
      message = DECODERS.taskwire?.(frame);
    } catch {
      note('threw', frame);
      continue;
    }
    const isWhole = zodUpdate.safeParse(JSON.parse(frame)).success;
    if (message === undefined) {
      found.refused += 1;
      if (isWhole) note('wronglyRefused', frame);
    } else {
      found.passed += 1;
      if (message.type === 'task_update' && !isWhole) note('wronglyPassed', frame);
    }
  }
  return { found, examples };
}

/** @param {string} text */
function isJson(text) {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
