import { describe, expect, it } from 'vitest';
import { acknowledge, applyLocal, applySnapshot, conflict, markSent, removeAccess, viewOf } from '@/lib/replica';
import { bench as replicaBench, task, update } from '@/tests/unit/replica/fixtures';
import { bench, CHANNEL } from './fixtures';

describe('an answer that was overtaken', () => {
  function whileSent() {
    const made = replicaBench();
    made.run((replica, patch) => applySnapshot(replica, CHANNEL, [task('a', 1)], patch));
    made.run((replica, patch) => applyLocal(replica, update('m1', 'a', { title: 'Mine' }), patch));
    markSent(made.replica, 'm1');
    made.run((replica, patch) => removeAccess(replica, CHANNEL, 'a', patch));
    return made;
  }

  it('[RP52] of a task that was taken away does not show it again', () => {
    const { replica, run } = whileSent();
    run((r, patch) => acknowledge(r, 'm1', task('a', 2, { title: 'Mine' }), 0, patch));
    expect(viewOf(replica, 'a')).toBeUndefined();
    expect(replica.pending.size).toBe(0);
  });

  it('[RP52] a refusal neither', () => {
    const { replica, run } = whileSent();
    run((r, patch) => conflict(r, 'm1', task('a', 2, { title: 'Theirs' }), patch));
    expect(viewOf(replica, 'a')).toBeUndefined();
  });

  it('[RP10] of an old epoch changes nothing after the snapshot of the new one', async () => {
    const { session, connection, flights } = bench();
    connection.start([task('a', 9)]);
    session.submit(update('m1', 'a', { title: 'Mine' }));
    connection.hear({ type: 'epoch', epoch: 'e2' });
    const restored = [task('a', 2, { title: 'Backup' })];
    connection.hear({ type: 'snapshot', channel: CHANNEL, position: { epoch: 'e2', seq: 1 }, tasks: restored });
    await flights[0]?.answer({ outcome: 'done', task: task('a', 10, { title: 'Mine' }), epoch: 'e1' });
    expect(viewOf(session.replica, 'a')).toMatchObject({ title: 'Backup', version: 2 });
  });

  it('[RP10] nor does a refusal of an old epoch: the change leaves anew, on the base of now', async () => {
    const { session, connection, flights } = bench();
    connection.start([task('a', 9)]);
    session.submit(update('m1', 'a', { title: 'Mine' }));
    connection.hear({ type: 'epoch', epoch: 'e2' });
    const restored = [task('a', 2, { title: 'Backup' })];
    connection.hear({ type: 'snapshot', channel: CHANNEL, position: { epoch: 'e2', seq: 1 }, tasks: restored });
    await flights[0]?.answer({ outcome: 'conflict', current: task('a', 10), epoch: 'e1' });
    expect(flights[1]?.mutation).toMatchObject({ id: 'm1', baseVersion: 2 });
    expect(viewOf(session.replica, 'a')).toMatchObject({ title: 'Mine', version: 2 });
  });

  it('[RP61] a refusal that tells nothing new is not answered with the very same request at once', async () => {
    const { session, connection, flights, timers } = bench();
    connection.start([task('a', 9)]);
    session.submit(update('m1', 'a', { title: 'Mine' }));
    await flights[0]?.answer({ outcome: 'conflict', current: task('a', 3) });
    expect(flights).toHaveLength(1);
    for (const timer of timers.filter(({ cancelled }) => !cancelled)) timer.run();
    expect(flights[1]?.mutation).toMatchObject({ id: 'm1', baseVersion: 9 });
  });
});

describe('a deletion that was answered without a version', () => {
  function deleted() {
    const made = replicaBench();
    made.run((replica, patch) => applySnapshot(replica, CHANNEL, [task('a', 2)], patch));
    made.run((replica, patch) => applyLocal(replica, { kind: 'delete', id: 'm1', taskId: 'a' }, patch));
    markSent(made.replica, 'm1');
    made.run((replica, patch) => acknowledge(replica, 'm1', undefined, 0, patch));
    return made;
  }

  it('[RP53] is not undone by a snapshot that was read before', () => {
    const { replica, run } = deleted();
    run((r, patch) => applySnapshot(r, CHANNEL, [task('a', 2)], patch));
    expect(viewOf(replica, 'a')).toBeUndefined();
  });

  it('[RP53] is by a newer version, and by a task that was taken away and given again', () => {
    const newer = deleted();
    newer.run((r, patch) => applySnapshot(r, CHANNEL, [task('a', 3)], patch));
    expect(viewOf(newer.replica, 'a')?.version).toBe(3);
    const again = deleted();
    again.run((r, patch) => removeAccess(r, CHANNEL, 'a', patch));
    again.run((r, patch) => applySnapshot(r, CHANNEL, [task('a', 2)], patch));
    expect(viewOf(again.replica, 'a')?.version).toBe(2);
  });
});
