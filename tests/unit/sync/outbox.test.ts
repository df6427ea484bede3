import { describe, expect, it } from 'vitest';
import type { Mutation } from '@/lib/protocol';
import { viewOf, waitingCount } from '@/lib/replica';
import { MAX_IN_FLIGHT } from '@/lib/sync/outbox';
import { bench, task } from './fixtures';

const create = (id: string, taskId: string): Mutation => ({
  kind: 'create',
  id,
  taskId,
  task: { title: 'New' },
  draft: task(taskId, 0, { title: 'New' }),
});
const rename = (id: string, taskId: string, title: string): Mutation => ({
  kind: 'update',
  id,
  taskId,
  changes: { title },
});

/** A session whose turns end when the test says so. */
function turns() {
  const ends: (() => void)[] = [];
  const page = bench({ scheduleTurn: (end) => ends.push(end) });
  page.connection.start([task('a', 1), task('b', 1)]);
  const sent = () => page.flights.map(({ mutation }) => mutation.id);
  return { ...page, sent, endTurn: () => ends.splice(0).map((end) => end()) };
}

describe('what is sent', () => {
  it('[OB8] of one turn leaves as one request per task: a create with what was changed right after it', async () => {
    const { session, flights, endTurn, sent } = turns();
    session.submit(create('m1', 'n'));
    session.submit(rename('m2', 'n', 'Better'));
    session.submit(rename('m3', 'a', 'One'));
    session.submit(rename('m4', 'a', 'Two'));
    expect(sent()).toEqual([]);
    endTurn();
    expect(flights.map(({ mutation }) => mutation)).toMatchObject([
      { id: 'm1', kind: 'create', task: { title: 'Better' } },
      { id: 'm3', kind: 'update', changes: { title: 'Two' } },
    ]);
    await flights[0]?.answer({ outcome: 'done', task: task('n', 1, { title: 'Better' }) });
    expect(viewOf(session.replica, 'n')?.title).toBe('Better');
  });

  it('[OB21] is nothing for a task that is made and deleted before it left', () => {
    const { session, endTurn, sent } = turns();
    session.submit(create('m1', 'n'));
    session.submit({ kind: 'delete', id: 'm2', taskId: 'n' });
    endTurn();
    expect([sent(), waitingCount(session.replica)]).toEqual([[], 0]);
  });

  it('[OB32] is six requests at a time, whatever the number of tasks, each in its turn', async () => {
    const { session, flights, endTurn, sent } = turns();
    const ids = Array.from({ length: 20 }, (_, index) => `m${index}`);
    for (const id of ids) session.submit(create(id, `n-${id}`));
    endTurn();
    for (let answered = 0; answered < ids.length; answered++) {
      expect(sent()).toEqual(ids.slice(0, answered + MAX_IN_FLIGHT));
      await flights[answered]?.answer({ outcome: 'done', task: task(`n-m${answered}`, 1, { title: 'New' }) });
    }
    expect(waitingCount(session.replica)).toBe(0);
  });

  it('[OB32] goes on with who waits for a place when a request fails', async () => {
    const { session, flights, timers, endTurn, sent } = turns();
    const ids = Array.from({ length: 8 }, (_, index) => `m${index}`);
    for (const id of ids) session.submit(create(id, `n-${id}`));
    endTurn();
    for (const flight of flights.slice(0, MAX_IN_FLIGHT)) await flight.fail();
    expect(sent()).toHaveLength(MAX_IN_FLIGHT);
    timers.at(-1)?.run();
    await flights[MAX_IN_FLIGHT]?.answer({ outcome: 'done', task: task('n-m5', 1, { title: 'New' }) });
    expect(sent().slice(MAX_IN_FLIGHT)).toEqual(['m5', 'm6', 'm7']);
  });

  it('[OB22] a create in flight is followed by its delete, whatever becomes of its answer', async () => {
    const { session, flights, endTurn, sent, timers } = turns();
    session.submit(create('m1', 'n'));
    endTurn();
    session.submit({ kind: 'delete', id: 'm2', taskId: 'n' });
    endTurn();
    await flights[0]?.fail();
    timers.at(-1)?.run();
    await flights[1]?.answer({ outcome: 'done', task: task('n', 1, { title: 'New' }) });
    expect(sent()).toEqual(['m1', 'm1', 'm2']);
    expect(viewOf(session.replica, 'n')).toBeUndefined();
  });
});

describe('a network that is down', () => {
  it('[OB23] is asked by one change; the others wait untried, are joined, and leave with the first answer', async () => {
    const { session, flights, sent, timers, endTurn } = turns();
    session.submit(rename('m1', 'a', 'Mine'));
    endTurn();
    await flights[0]?.fail();
    session.submit(create('m2', 'n'));
    endTurn();
    session.submit(rename('m3', 'n', 'Better'));
    session.submit(create('m4', 'gone'));
    endTurn();
    session.submit({ kind: 'delete', id: 'm5', taskId: 'gone' });
    endTurn();
    expect([sent(), waitingCount(session.replica)]).toEqual([['m1'], 2]);
    timers.at(-1)?.run();
    await flights[1]?.fail();
    expect(sent()).toEqual(['m1', 'm1']);
    timers.at(-1)?.run();
    await flights[2]?.answer({ outcome: 'done', task: task('a', 2, { title: 'Mine' }) });
    expect(sent()).toEqual(['m1', 'm1', 'm1', 'm2']);
    expect(flights[3]?.mutation).toMatchObject({ kind: 'create', task: { title: 'Better' } });
  });

  it('[OB23] lets the others go when a connection says that it is back', async () => {
    const { session, connection, flights, sent, endTurn } = turns();
    session.submit(rename('m1', 'a', 'Mine'));
    endTurn();
    await flights[0]?.fail();
    session.submit(rename('m2', 'b', 'Mine'));
    endTurn();
    connection.become({ state: 'waiting', retryAt: 1, attempt: 1, reason: 'unreachable', detail: '' } as never);
    connection.become({ state: 'connected', since: 1 });
    expect(sent()).toEqual(['m1', 'm1', 'm2']);
  });

  it('[OB23] lets the others go when the one that asked is withdrawn', async () => {
    const { session, connection, flights, sent, timers, endTurn } = turns();
    session.submit(create('m1', 'n'));
    endTurn();
    await flights[0]?.fail();
    session.submit(rename('m2', 'b', 'Mine'));
    endTurn();
    // Its echo: the server had carried it out.
    session.receive({ kind: 'created', taskId: 'n', task: task('n', 1), version: 1, mutationId: 'm1' });
    timers.at(-1)?.run();
    expect(sent()).toEqual(['m1', 'm2']);
    expect(connection.state.state).toBe('connected');
  });

  it('[OB5] an answer of the server, however bad, holds up no other task', async () => {
    const { session, flights, sent, endTurn } = turns();
    session.submit(rename('m1', 'a', 'Mine'));
    endTurn();
    await flights[0]?.answer({ outcome: 'retry', reason: '503' });
    session.submit(rename('m2', 'b', 'Mine'));
    endTurn();
    expect(sent()).toEqual(['m1', 'm2']);
  });
});

describe('a wait that the server asked for', () => {
  it('[OB24] is not cut by a connection, while a backoff is', async () => {
    const { session, connection, flights, sent, endTurn } = turns();
    session.submit(rename('m1', 'a', 'Mine'));
    session.submit(rename('m2', 'b', 'Mine'));
    endTurn();
    await flights[0]?.answer({ outcome: 'retry', afterMs: 9_000, reason: '429' });
    await flights[1]?.answer({ outcome: 'retry', reason: '503' });
    connection.become({ state: 'connected', since: 1 });
    expect(sent()).toEqual(['m1', 'm2', 'm2']);
  });

  it('[OB24] of no time at all is a backoff', async () => {
    const { session, flights, timers, endTurn } = turns();
    session.submit(rename('m1', 'a', 'Mine'));
    endTurn();
    await flights[0]?.answer({ outcome: 'retry', afterMs: 0, reason: '503' });
    expect(timers.at(-1)?.ms).toBeGreaterThan(0);
  });
});

describe('a wake', () => {
  it('[OB28] cuts a backoff though the socket lived through it, and nothing after the session ended', async () => {
    let wake = () => {};
    const onWake = (listener: () => void) => {
      wake = listener;
      return () => {
        wake = () => {};
      };
    };
    const { session, connection, flights } = bench({ onWake });
    connection.start([task('a', 1)]);
    session.submit(rename('m1', 'a', 'Mine'));
    await flights[0]?.fail();
    wake();
    expect(flights.map(({ mutation }) => mutation.id)).toEqual(['m1', 'm1']);
    await flights[1]?.fail();
    session.dispose();
    wake();
    expect(flights).toHaveLength(2);
  });
});
