import { describe, expect, it } from 'vitest';
import { encodeBatchUpdate, encodeSyncServiceError, INITIAL_STATE, syncService } from '@/lib/protocol';
import { task } from '@/tests/unit/replica/fixtures';

const SEED_ADVICE = 'Multiple updates detected, consider full sync if needed.';
const created = { type: 'TASK_CREATED', payload: { task: { id: 'a', priority: 'low' } } };
const updated = { type: 'TASK_UPDATED', payload: { taskId: 'a', changes: { priority: 'high' } } };
const batch = (updates: unknown, message?: string) => ({
  type: 'BATCH_UPDATE',
  payload: { updates, message },
  timestamp: '2026-01-01T00:00:00Z',
});

describe('the dialect of seed 000', () => {
  it('[DI14] reads a batch’s items in order, without times of their own, and its advice', () => {
    expect(syncService.decode(batch([created, updated], SEED_ADVICE))).toEqual({
      events: [
        { kind: 'created', taskId: 'a', changes: { priority: 'low' }, at: '2026-01-01T00:00:00.000Z' },
        { kind: 'updated', taskId: 'a', changes: { priority: 'high' }, at: '2026-01-01T00:00:00.000Z' },
      ],
      controls: [{ type: 'refetch', reason: SEED_ADVICE }],
      skipped: [],
    });
  });

  it('[DI14] reads batches in batches, and the good items beside the bad ones', () => {
    const found = syncService.decode(batch([created, 7, { type: 'X' }, batch([updated])]));
    expect(found.events).toMatchObject([{ kind: 'created' }, { kind: 'updated' }]);
    expect(found.skipped).toEqual(['not a JSON object', 'unknown type "X"']);
    expect(found.controls).toEqual([]);
  });

  it('[DI14] takes a batch without items for advice, or for a fault', () => {
    expect(syncService.decode(batch(undefined, SEED_ADVICE))).toMatchObject({
      controls: [{ type: 'refetch' }],
      skipped: [],
    });
    expect(syncService.decode(batch(undefined)).skipped).toEqual(['a batch without updates']);
    expect(syncService.decode({ type: 'BATCH_UPDATE' }).skipped).toEqual(['a batch without updates']);
    let deep: object = created;
    for (let depth = 0; depth < 100; depth += 1) deep = batch([deep]);
    expect(syncService.decode(deep)).toMatchObject({ events: [], skipped: ['nested more than 8 deep'] });
  });

  it('[DI9] merges a full task with its changes, and names what changed', () => {
    const fullTask = { id: 'a', title: 'T', status: 'pending', priority: 'low' };
    const message = { type: 'TASK_UPDATED', payload: { taskId: 'a', changes: { status: 'completed' }, fullTask } };
    expect(syncService.decode(message).events).toMatchObject([
      {
        kind: 'updated',
        task: { title: 'T', status: 'completed', priority: 'low' },
        changes: { status: 'completed', completed: true },
        changedFields: ['status', 'completed'],
      },
    ]);
  });

  it('[DI13] reads and writes ERROR', () => {
    const text = encodeSyncServiceError(4400, 'bad', '2026-01-01T00:00:00.000Z');
    expect(JSON.parse(text)).toEqual({
      type: 'ERROR',
      payload: { code: 4400, message: 'bad' },
      timestamp: '2026-01-01T00:00:00.000Z',
    });
    expect(syncService.decode(text)).toEqual({
      events: [],
      controls: [{ type: 'error', code: 4400, message: 'bad' }],
      skipped: [],
    });
    const detailed = { type: 'ERROR', payload: { code: 1, message: 'm', details: { a: 1 } } };
    expect(syncService.decode(detailed).controls).toEqual([
      { type: 'error', code: 1, message: 'm', details: { a: 1 } },
    ]);
    expect(syncService.decode({ type: 'ERROR' }).controls).toMatchObject([{ type: 'error' }]);
  });

  it('[DI16] writes one event as it is and several as one batch that gives no advice', () => {
    const events = [task('a', 1), task('b', 1)].map((each) => ({
      kind: 'created' as const,
      taskId: each.id,
      task: each,
    }));
    expect(JSON.parse(syncService.encode(events.slice(0, 1))[0] ?? '')).toMatchObject({
      type: 'TASK_CREATED',
      payload: { task: { id: 'a', userId: 'u1' } },
    });
    const [frame = '', ...rest] = syncService.encode(events, { sentAt: '2026-01-01T00:00:00.000Z' });
    expect(rest).toEqual([]);
    expect(JSON.parse(frame)).toMatchObject({
      type: 'BATCH_UPDATE',
      payload: { updates: [{ type: 'TASK_CREATED' }, { type: 'TASK_CREATED' }], message: expect.stringMatching(/\w/) },
      timestamp: '2026-01-01T00:00:00.000Z',
    });
    for (const text of [frame, encodeBatchUpdate(events, INITIAL_STATE)]) {
      expect(syncService.decode(text)).toMatchObject({ events: [{ taskId: 'a' }, { taskId: 'b' }], controls: [] });
    }
    expect(syncService.encode([])).toEqual([]);
  });
});
