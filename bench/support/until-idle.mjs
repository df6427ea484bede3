// @ts-check
import { setTimeout as sleep } from 'node:timers/promises';

const LOOK_MS = 20;

/** Processor time that an idle process may use between two looks, microseconds. */
const IDLE_MICROS = 1_500;

/** So many looks in a row find it idle. */
const IDLE_LOOKS = 2;
const MAX_LOOKS = 100;

/** Settles when this process has nothing left to do: what a collection only began is swept by other threads after it. */
export async function untilIdle() {
  let idle = 0;
  for (let look = 0; look < MAX_LOOKS && idle < IDLE_LOOKS; look++) {
    const before = process.cpuUsage();
    await sleep(LOOK_MS);
    const { user, system } = process.cpuUsage(before);
    idle = user + system < IDLE_MICROS ? idle + 1 : 0;
  }
}
