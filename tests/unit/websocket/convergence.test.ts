import { describe, expect, it } from 'vitest';
import { playSchedule } from './random-schedule';

/** How many schedules are played; the bench plays 10,000. */
const SCHEDULES = Number(process.env.SCHEDULES ?? 300);
const FIRST_SEED = Number(process.env.FIRST_SEED ?? 1);

describe('random schedules', () => {
  it(`[RS12, CS5, CS11] ends ${SCHEDULES} schedules connected and equal to the server, with one live socket at most`, async () => {
    for (let seed = FIRST_SEED; seed < FIRST_SEED + SCHEDULES; seed++) {
      const result = await playSchedule(seed);
      const label = `seed ${seed}: ${result.log.join(', ')}`;
      expect(result.mostLive, label).toBeLessThanOrEqual(1);
      expect(result.timersAfterDispose + result.wakersAfterDispose, label).toBe(0);
      expect(result.misplaced, label).toBe(0);
      if (result.wasRefused) continue;
      expect(result.state, label).toBe('connected');
      expect(result.client, label).toEqual(result.server);
    }
  }, 600_000);
});
