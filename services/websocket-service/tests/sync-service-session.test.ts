import { describe, expect, it } from 'vitest';
import { MAX_SERVER_FRAME_BYTES, syncService } from '@/lib/protocol';
import { startSyncServiceSession } from '@/messages/sync-service-session';
import { createSessionBench, loggedEvent, storedTask, tokenOf } from './support/session-bench';

const ada = { dialect: 'sync-service', token: tokenOf('ada') } as const;

describe('a session of seed 000', () => {
  it('[SV132] starts with the tasks as they stand, in camelCase with userId', async () => {
    const bench = createSessionBench();
    bench.tasks.push(storedTask('a'), storedTask('b'));
    const session = await bench.start(startSyncServiceSession, ada);
    expect(session.news()).toMatchObject([
      {
        type: 'BATCH_UPDATE',
        payload: {
          updates: [
            { type: 'TASK_CREATED', payload: { task: { id: 'a', userId: 'ada' } } },
            { type: 'TASK_CREATED', payload: { task: { id: 'b', userId: 'ada' } } },
          ],
          message: expect.stringMatching(/\w/),
        },
        timestamp: expect.stringMatching(/Z$/),
      },
    ]);
  });

  it('[SV132] says so where there are no tasks, and spreads many over several batches', async () => {
    const bench = createSessionBench();
    const empty = await bench.start(startSyncServiceSession, ada);
    expect(empty.news()).toMatchObject([{ type: 'BATCH_UPDATE', payload: { updates: [] } }]);
    for (let index = 0; index < 1_001; index += 1) bench.tasks.push(storedTask(`t${index}`));
    const full = await bench.start(startSyncServiceSession, ada);
    const counts = full.news().map(({ payload }) => (payload as { updates: unknown[] }).updates.length);
    expect(counts.length).toBeGreaterThan(2);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(1_001);
  });

  it('[SV132] sends a lone event as it is and a burst as batches that fit into frames', async () => {
    const bench = createSessionBench();
    const session = await bench.start(startSyncServiceSession, ada);
    session.news();
    const text = 'x'.repeat(14_000);
    bench.announce(loggedEvent(storedTask('a'), 1));
    bench.announce(
      ...Array.from({ length: 40 }, (_, index) =>
        loggedEvent(storedTask(`t${index}`, 'ada', { text }), index + 2, {
          event: 'task.updated',
          changedFields: ['text'],
        }),
      ),
    );
    const [lone, ...batches] = session.news();
    expect(lone).toMatchObject({ type: 'TASK_CREATED' });
    expect(batches.length).toBeGreaterThan(1);
    for (const frame of session.peer.frames) expect(Buffer.byteLength(frame)).toBeLessThan(MAX_SERVER_FRAME_BYTES);
    const updates = batches.flatMap((batch) => syncService.decode(batch).events);
    expect(updates.map(({ taskId }) => taskId)).toEqual(Array.from({ length: 40 }, (_, index) => `t${index}`));
  });
});
