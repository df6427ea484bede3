/** How long a test with real sockets or processes may wait for its machine, milliseconds; it never waits by itself. */
export const PATIENT_MS = 60_000;

/** How `expect.poll` waits for a condition. */
export const POLLING = { timeout: 20_000, interval: 20 } as const;
