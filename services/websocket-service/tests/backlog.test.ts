import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { PATIENT_MS } from './support/patience';
import { startTestService } from './support/test-service';

/** More than Node's own queue holds (511), few enough for a process that may open 1,024 files. */
const CROWD = 600;

/** Dials that often at once, and ends well when all are connected. */
const DIAL = `
  const { connect } = require('node:net');
  let missing = ${CROWD};
  for (let dialled = 0; dialled < ${CROWD}; dialled += 1) {
    connect(Number(process.argv[1]), '127.0.0.1').once('connect', () => (missing -= 1) || process.exit(0));
  }
`;

describe('a crowd', { timeout: PATIENT_MS }, () => {
  it('[LM26] that dials while the service is busy waits in the queue of the system', async () => {
    const { url } = await startTestService();
    // Nothing is accepted meanwhile: this thread waits. Whom the queue does not hold connects never.
    const { status, signal } = spawnSync(process.execPath, ['-e', DIAL, new URL(url).port], { timeout: 15_000 });
    expect({ status, signal }).toEqual({ status: 0, signal: null });
  });
});
