// @ts-check
// Outlives a supervisor that was killed without warning, and ends the process groups that it leaves behind.
// Standard input: a group per line, then "done" when they ended as they should; an end without it means the worst.
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';

const GRACE_MS = 8_000;

/** @type {number[]} */
const groups = [];
const lines = createInterface({ input: process.stdin });
for await (const line of lines) {
  if (line === 'done') process.exit();
  groups.push(Number(line));
}
signalAll('SIGTERM');
await wait(GRACE_MS);
signalAll('SIGKILL');

/** @param {NodeJS.Signals} signal */
function signalAll(signal) {
  for (const group of groups) {
    try {
      process.kill(-group, signal);
    } catch {
      // This one is gone already.
    }
  }
}
