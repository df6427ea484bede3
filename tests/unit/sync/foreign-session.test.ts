import { describe, expect, it } from 'vitest';
import { type Mutation, RequestError, type Task } from '@/lib/protocol';
import { viewAll, viewOf, waitingCount } from '@/lib/replica';
import { foreignBench, row, settle } from './foreign-bench';

const change = (id: string, changes: Partial<Task>, taskId: Task['id'] = 1): Mutation => ({
  kind: 'update',
  id,
  taskId,
  changes,
});
const create = (id: string, title = 'Milk'): Mutation => ({
  kind: 'create',
  id: `m-${id}`,
  taskId: id,
  task: { title },
  draft: row(id, { title }),
});
const titles = ({ session }: { session: { replica: Parameters<typeof viewAll>[0] } }) =>
  viewAll(session.replica).map(({ title }) => title);

describe('the list of a server without positions', () => {
  it('[RS30] is asked for once per connection, and again for the next one', async () => {
    const bench = foreignBench();
    await bench.start([row(1)]);
    expect(bench.session.getStatus()).toEqual({ state: 'live' });
    bench.connection.disconnect();
    bench.connection.connect();
    expect(bench.lists).toHaveLength(2);
  });

  it('[RS30] is asked for once per waking, however many hints tell of it', async () => {
    const bench = foreignBench();
    await bench.start([row(1)]);
    bench.clock.advance(10_000);
    for (let hint = 0; hint < 5; hint++) {
      bench.connection.hear({ type: 'resync' });
      bench.clock.advance(100);
    }
    await bench.lists.at(-1)?.answer([row(1)]);
    bench.connection.hear({ type: 'resync' });
    expect(bench.lists).toHaveLength(2);
  });

  it('[RS30] is asked for at most once a minute for doubts, advice and silence', async () => {
    const bench = foreignBench();
    await bench.start([row(1)]);
    for (let second = 0; second < 600; second++) {
      bench.connection.hear({ type: 'resync', told: true });
      bench.hear({ kind: 'updated', taskId: 99, changes: { title: 'Of whom?' } });
      bench.clock.advance(1_000);
      await bench.lists.at(-1)?.answer([row(1)]);
    }
    expect(bench.lists.length).toBeLessThanOrEqual(1 + 10);
    expect(bench.lists.length).toBeGreaterThan(9);
  });

  it('[RS30] is asked for after a minute of silence, and not while events come', async () => {
    const bench = foreignBench();
    await bench.start([row(1)]);
    for (let second = 0; second < 100; second++) {
      bench.clock.advance(1_000);
      bench.hear({ kind: 'updated', taskId: 1, changes: { title: `T${second}` } });
    }
    expect(bench.lists).toHaveLength(1);
    bench.clock.advance(60_000);
    expect(bench.lists).toHaveLength(2);
  });

  it('[RS30] that fails is asked for again, and a connection that ended asks for nothing', async () => {
    const bench = foreignBench();
    bench.connection.connect();
    await bench.lists[0]?.fail();
    bench.clock.advance(5_500);
    expect(bench.lists).toHaveLength(2);
    bench.connection.disconnect();
    await bench.lists[1]?.fail();
    bench.clock.advance(600_000);
    expect(bench.lists).toHaveLength(2);
  });

  it('[RS30] is asked for while there is no connection at all', async () => {
    const bench = foreignBench();
    for (let attempt = 1; attempt < 30; attempt++) {
      bench.connection.become({ state: 'connecting', attempt });
      bench.connection.become({ state: 'waiting', attempt, retryAt: 0, reason: 'closed with 1006' });
      bench.clock.advance(10_000);
      await bench.lists.at(-1)?.answer([row(1)]);
    }
    expect(titles(bench)).toEqual(['Task 1']);
    expect(bench.lists.length).toBeLessThanOrEqual(6);
  });

  it('[RP44] is the truth, except where something came since it was asked for', async () => {
    const bench = foreignBench();
    await bench.start([row(1), row(2), row(3)]);
    bench.connection.hear({ type: 'resync' });
    bench.clock.advance(3_000);
    bench.connection.hear({ type: 'resync' });
    bench.hear({ kind: 'updated', taskId: 1, changes: { title: 'Newer' } });
    bench.hear({ kind: 'deleted', taskId: 2 });
    bench.hear({ kind: 'created', taskId: 4, task: row(4) });
    await bench.lists.at(-1)?.answer([row(1, { title: 'Older' }), row(2), row(5)]);
    expect(titles(bench)).toEqual(['Newer', 'Task 4', 'Task 5']);
  });

  it('[RP44] keeps the object of a row that did not change', async () => {
    const bench = foreignBench();
    await bench.start([row(1)]);
    const before = viewOf(bench.session.replica, 1);
    bench.clock.advance(60_000);
    await bench.lists.at(-1)?.answer([row(1)]);
    expect(viewOf(bench.session.replica, 1)).toBe(before);
  });

  it('[RS31] that tells of what no event told replaces the deaf socket', async () => {
    const bench = foreignBench();
    await bench.start([row(1)]);
    bench.clock.advance(60_000);
    await bench.lists.at(-1)?.answer([row(1, { title: 'Missed' })]);
    expect(titles(bench)).toEqual(['Missed']);
    bench.clock.advance(3_000);
    expect(bench.connection.calls).toEqual(['connect', 'disconnect', 'connect']);
  });

  it('[RS31] leaves a socket alone whose event was only late', async () => {
    const bench = foreignBench();
    await bench.start([row(1)]);
    bench.clock.advance(60_000);
    await bench.lists.at(-1)?.answer([row(1, { title: 'Late' })]);
    bench.hear({ kind: 'updated', taskId: '1', changes: { title: 'Late' } });
    bench.clock.advance(10_000);
    expect(bench.connection.calls).toEqual(['connect']);
  });

  it('[RS31] does not reconnect again and again to a server that stays deaf', async () => {
    const bench = foreignBench();
    await bench.start([row(1)]);
    for (let minute = 0; minute < 20; minute++) {
      bench.clock.advance(60_000);
      await bench.lists.at(-1)?.answer([row(1, { title: `T${minute}` })]);
      bench.clock.advance(3_000);
      await bench.lists.at(-1)?.answer([row(1, { title: `T${minute}` })]);
    }
    expect(bench.connection.calls.filter((call) => call === 'connect').length).toBeLessThanOrEqual(1 + 5);
    expect(titles(bench)).toEqual(['T19']);
  });

  it('[RS32] comes before the own changes that were made without a connection', async () => {
    const bench = foreignBench();
    await bench.start([row(1)]);
    bench.connection.disconnect();
    bench.session.submit(change('m1', { title: 'Mine' }));
    bench.connection.connect();
    expect(bench.changes).toEqual([]);
    await bench.lists.at(-1)?.answer([row(1, { title: 'Theirs' })]);
    expect(bench.changes).toEqual([]);
    expect(titles(bench)).toEqual(['Theirs']);
    expect(bench.session.getFacts().receipts).toMatchObject([{ field: 'title', yours: 'Mine', theirs: 'Theirs' }]);
  });

  it('[RS32] keeps nothing back when the server refuses it', async () => {
    const bench = foreignBench();
    bench.connection.connect();
    bench.session.submit(create('u-1'));
    await settle();
    expect(bench.changes).toEqual([]);
    await bench.lists[0]?.fail(new RequestError(404, 'No list here.'));
    expect(bench.changes).toHaveLength(1);
  });
});

describe('an own new task', () => {
  it.each(['answer first', 'event first', 'list first'])(
    '[RP43] is one row whatever comes first: %s',
    async (order) => {
      const bench = foreignBench();
      await bench.start([]);
      bench.session.submit(create('u-1'));
      await settle();
      const event = () => bench.hear({ kind: 'created', taskId: 17, task: row(17, { title: 'Milk' }) });
      const answer = () => bench.changes[0]?.answer({ outcome: 'done', task: row(17, { title: 'Milk' }) });
      if (order === 'list first') {
        bench.clock.advance(60_000);
        await bench.lists.at(-1)?.answer([row(17, { title: 'Milk' })]);
      }
      if (order !== 'answer first') event();
      expect(titles(bench)).toEqual(['Milk']);
      await answer();
      expect(titles(bench)).toEqual(['Milk']);
      event();
      expect(viewAll(bench.session.replica)).toMatchObject([{ id: 17, title: 'Milk' }]);
      expect(waitingCount(bench.session.replica)).toBe(0);
      expect(bench.changes).toHaveLength(1);
    },
  );

  it('[RP43] takes its own later changes along to its new id', async () => {
    const bench = foreignBench();
    await bench.start([]);
    bench.session.submit(create('u-1'));
    await settle();
    bench.session.submit(change('m2', { completed: true, status: 'completed' }, 'u-1'));
    bench.hear({ kind: 'created', taskId: 17, task: row(17, { title: 'Milk' }) });
    expect(viewAll(bench.session.replica)).toMatchObject([{ id: 17, completed: true }]);
    expect(bench.changes).toHaveLength(1);
    await bench.changes[0]?.answer({ outcome: 'done', task: row(17, { title: 'Milk' }) });
    expect(bench.changes.map(({ mutation }) => mutation.taskId)).toEqual(['u-1', 17]);
    await bench.changes[1]?.answer({ outcome: 'done', task: row(17, { title: 'Milk', completed: true }) });
    expect(viewAll(bench.session.replica)).toMatchObject([{ id: 17, completed: true }]);
  });

  it('[RP43] is told from its twin, in whatever order the two are answered', async () => {
    const bench = foreignBench();
    await bench.start([]);
    bench.session.submit(create('u-1'));
    bench.session.submit(create('u-2'));
    await settle();
    bench.hear({ kind: 'created', taskId: 17, task: row(17, { title: 'Milk' }) });
    bench.hear({ kind: 'created', taskId: 18, task: row(18, { title: 'Milk' }) });
    await bench.changes[1]?.answer({ outcome: 'done', task: row(17, { title: 'Milk' }) });
    await bench.changes[0]?.answer({ outcome: 'done', task: row(18, { title: 'Milk' }) });
    expect(viewAll(bench.session.replica).map(({ id }) => id)).toEqual([17, 18]);
    expect(waitingCount(bench.session.replica)).toBe(0);
  });

  it('[RP43] that is refused leaves the row of somebody else that looked like it', async () => {
    const bench = foreignBench();
    await bench.start([]);
    bench.session.submit(create('u-1'));
    await settle();
    bench.hear({ kind: 'created', taskId: 17, task: row(17, { title: 'Milk' }) });
    await bench.changes[0]?.answer({ outcome: 'rejected', status: 422, reason: 'No milk today.' });
    expect(viewAll(bench.session.replica).map(({ id }) => id)).toEqual([17]);
    expect(bench.session.getFacts().rejections).toHaveLength(1);
  });

  it('[RP45] is not made twice when its answer was lost', async () => {
    const bench = foreignBench();
    await bench.start([]);
    bench.session.submit(create('u-1'));
    await settle();
    await bench.changes[0]?.fail();
    bench.clock.advance(1_000);
    await settle();
    expect(bench.changes).toHaveLength(1);
    await bench.lists.at(-1)?.answer([row(17, { title: 'Milk' })]);
    bench.clock.advance(30_000);
    await settle();
    expect(viewAll(bench.session.replica)).toMatchObject([{ id: 17, title: 'Milk' }]);
    expect(waitingCount(bench.session.replica)).toBe(0);
    expect(bench.changes).toHaveLength(1);
  });

  it('[RP45] is not taken for one that said the same before, nor missed where it is known already', async () => {
    const bench = foreignBench();
    await bench.start([row(5, { title: 'Milk' })]);
    bench.session.submit(create('u-1'));
    await settle();
    await bench.changes[0]?.fail();
    bench.clock.advance(1_000);
    await bench.lists.at(-1)?.answer([row(5, { title: 'Milk' })]);
    bench.clock.advance(1_000);
    await settle();
    expect(bench.changes).toHaveLength(2);
    await bench.changes[1]?.answer({ outcome: 'done', task: row(17, { title: 'Milk' }) });
    expect(viewAll(bench.session.replica).map(({ id }) => id)).toEqual([5, 17]);
  });

  it('[RP45] is made once the list has shown that it is not there', async () => {
    const bench = foreignBench();
    await bench.start([]);
    bench.session.submit(create('u-1'));
    await settle();
    await bench.changes[0]?.fail();
    bench.clock.advance(1_000);
    await bench.lists.at(-1)?.answer([]);
    bench.clock.advance(1_000);
    await settle();
    expect(bench.changes).toHaveLength(2);
    await bench.changes[1]?.answer({ outcome: 'done', task: row(17, { title: 'Milk' }) });
    expect(viewAll(bench.session.replica)).toMatchObject([{ id: 17 }]);
  });

  it('[RP45] is tried again at once when the server says that it did nothing', async () => {
    const bench = foreignBench();
    await bench.start([]);
    bench.session.submit(create('u-1'));
    await settle();
    await bench.changes[0]?.answer({ outcome: 'retry', reason: 'busy', isUndone: true });
    bench.clock.advance(500);
    expect(bench.changes).toHaveLength(2);
  });
});

describe('events without versions', () => {
  it('[RP3] beat an answer whose request left before them', async () => {
    const bench = foreignBench();
    await bench.start([row(1)]);
    bench.session.submit(change('m1', { title: 'Mine' }));
    bench.hear({ kind: 'updated', taskId: 1, changes: { title: 'Theirs, later' } });
    await bench.changes[0]?.answer({ outcome: 'done', task: row(1, { title: 'Mine' }) });
    expect(titles(bench)).toEqual(['Theirs, later']);
  });

  it('[RP42] that say what is under way settle it, silently', async () => {
    const bench = foreignBench();
    await bench.start([row(1)]);
    const told: unknown[] = [];
    bench.session.onPatch(({ remote }) => told.push(...remote));
    bench.session.submit(change('m1', { completed: true, status: 'completed' }));
    bench.session.submit(change('m2', { completed: false, status: 'pending' }));
    const done = row('1', { completed: true, status: 'completed', completedAt: '2026-01-01T00:00:00.000Z' });
    bench.hear({ kind: 'updated', taskId: '1', task: done });
    expect(viewOf(bench.session.replica, 1)?.completed).toBe(false);
    await bench.changes[0]?.answer({ outcome: 'done', task: done });
    expect(bench.changes).toHaveLength(2);
    expect(viewOf(bench.session.replica, 1)?.completed).toBe(false);
    expect(bench.session.getFacts().receipts).toEqual([]);
    expect(told).toEqual([]);
  });

  it('[RP40] bring nobody back who was deleted, but a restore does', async () => {
    const bench = foreignBench();
    await bench.start([row(1)]);
    bench.hear({ kind: 'deleted', taskId: 1 });
    bench.hear({ kind: 'updated', taskId: 1, task: row(1) });
    bench.hear({ kind: 'created', taskId: 1, task: row(1) });
    expect(titles(bench)).toEqual([]);
    bench.hear({ kind: 'restored', taskId: 1, task: row(1) });
    expect(titles(bench)).toEqual(['Task 1']);
  });

  it('[RP40] leave a doubt that the list settles', async () => {
    const bench = foreignBench();
    await bench.start([row(1)]);
    bench.hear({ kind: 'deleted', taskId: 1 });
    bench.hear({ kind: 'created', taskId: 1, task: row(1, { title: 'Back' }) });
    bench.clock.advance(1_000);
    await bench.lists.at(-1)?.answer([row(1, { title: 'Back' })]);
    expect(titles(bench)).toEqual(['Back']);
  });

  it('[RP40] of a creation that comes late replace nothing', async () => {
    const bench = foreignBench();
    await bench.start([]);
    bench.hear({ kind: 'updated', taskId: 1, task: row(1, { title: 'Second' }) });
    bench.hear({ kind: 'created', taskId: 1, task: row(1, { title: 'First' }) });
    expect(titles(bench)).toEqual(['Second']);
  });

  it('[RP41] merge and wipe nothing', async () => {
    const bench = foreignBench();
    await bench.start([row(1, { description: 'Long' })]);
    bench.hear({ kind: 'updated', taskId: 1, task: row(1, { title: 'New' }) });
    expect(viewOf(bench.session.replica, 1)).toMatchObject({ title: 'New', description: 'Long' });
  });

  it('[RP41] that were sent before one that came already raise a doubt, and decide nothing', async () => {
    const bench = foreignBench();
    await bench.start([row(1)]);
    const say = (title: string, second: number) =>
      bench.hear({ kind: 'updated', taskId: 1, changes: { title }, at: `2026-01-01T00:00:0${second}.000Z` });
    say('First', 1);
    say('Second', 2);
    bench.clock.advance(1_000);
    expect(bench.lists).toHaveLength(1);
    say('First', 1);
    expect(titles(bench)).toEqual(['First']);
    bench.clock.advance(1_000);
    await bench.lists.at(-1)?.answer([row(1, { title: 'Second' })]);
    expect(titles(bench)).toEqual(['Second']);
  });

  it('[RP41] are old news by their own time only where it is trusted', async () => {
    for (const trustsUpdatedAt of [true, false]) {
      const bench = foreignBench({ trustsUpdatedAt });
      await bench.start([row(1, { title: 'New', updatedAt: '2026-01-01T00:00:02.000Z' })]);
      const late = { title: 'Old', updatedAt: '2026-01-01T00:00:01.000Z' };
      bench.hear({ kind: 'updated', taskId: 1, changes: late });
      expect(titles(bench)).toEqual([trustsUpdatedAt ? 'New' : 'Old']);
      bench.clock.advance(1_000);
      expect(bench.lists).toHaveLength(trustsUpdatedAt ? 1 : 2);
    }
  });
});
