import { describe, expect, it } from 'vitest';
import type { Mutation, Task } from '@/lib/protocol';
import { viewAll, viewOf, waitingCount } from '@/lib/replica';
import { at, bench, CHANNEL, task, wireUpdate } from './fixtures';

const change = (id: string, changes: Partial<Task>): Mutation => ({ kind: 'update', id, taskId: 'a', changes });

describe('a session', () => {
  it('[RP9] shows a snapshot, and only then says that it is ready and up to date', () => {
    const { session, connection } = bench();
    expect(session.isReady()).toBe(false);
    connection.become({ state: 'connected', since: 0 });
    expect(session.getStatus()).toEqual({ state: 'catching-up' });
    connection.start([task('a', 1)]);
    expect(viewAll(session.replica)).toHaveLength(1);
    expect(session.isReady()).toBe(true);
    expect(session.getStatus()).toEqual({ state: 'live' });
  });

  it('[NT4] is up to date after a recovery only when every replayed event has arrived', () => {
    const { session, connection } = bench();
    connection.start([task('a', 1)]);
    connection.become({ state: 'waiting', attempt: 1, retryAt: 900, reason: 'lost' });
    expect(session.getStatus()).toEqual({ state: 'waiting', retryAt: 900, attempt: 1 });
    connection.become({ state: 'connected', since: 0 });
    connection.hear({ type: 'subscribed', channel: CHANNEL, recovered: true, replayed: 2, position: at(3) });
    connection.hear({
      type: 'events',
      channel: CHANNEL,
      position: at(2),
      events: [wireUpdate('task.updated', task('a', 2), 2)],
    });
    expect(session.getStatus()).toEqual({ state: 'catching-up' });
    connection.hear({
      type: 'events',
      channel: CHANNEL,
      position: at(3),
      events: [wireUpdate('task.updated', task('a', 3), 3)],
    });
    expect(session.getStatus()).toEqual({ state: 'live' });
  });

  it('[NT4] is up to date at once when nothing was missed', () => {
    const { session, connection } = bench();
    connection.start([]);
    connection.become({ state: 'connecting', attempt: 1 });
    connection.become({ state: 'connected', since: 0 });
    connection.hear({ type: 'subscribed', channel: CHANNEL, recovered: true, replayed: 0, position: at(1) });
    expect(session.getStatus()).toEqual({ state: 'live' });
  });

  it('[RX12] starts from what the server rendered, with its epoch, without a request', () => {
    const initial = { tasks: [task('a', 4)], positions: { [CHANNEL]: at(9) }, complete: true };
    const { session, connection } = bench({ initial });
    expect(session.isReady()).toBe(true);
    expect(session.replica.epoch).toBe('e1');
    connection.hear({
      type: 'events',
      channel: CHANNEL,
      position: at(10),
      events: [wireUpdate('task.updated', task('a', 3), 10)],
    });
    expect(viewOf(session.replica, 'a')?.version).toBe(4);
  });

  it('[OB2] sends in order within a task and at the same time across tasks', async () => {
    const { session, connection, flights } = bench();
    connection.start([task('a', 1), task('b', 1)]);
    session.submit(change('m1', { title: 'One' }));
    session.submit(change('m2', { title: 'Two' }));
    session.submit({ kind: 'delete', id: 'm3', taskId: 'b' });
    expect(flights.map(({ mutation }) => mutation.id)).toEqual(['m1', 'm3']);
    await flights[0]?.answer({ outcome: 'done', task: task('a', 2, { title: 'One' }) });
    expect(flights.map(({ mutation }) => mutation.id)).toEqual(['m1', 'm3', 'm2']);
  });

  it('[OB3] sends If-Match of the newest known base', async () => {
    const { session, connection, flights } = bench();
    connection.start([task('a', 1)]);
    session.submit(change('m1', { title: 'One' }));
    session.submit(change('m2', { title: 'Two' }));
    await flights[0]?.answer({ outcome: 'done', task: task('a', 2, { title: 'One' }) });
    expect(flights.map(({ mutation }) => 'baseVersion' in mutation && mutation.baseVersion)).toEqual([1, 2]);
  });

  it('[OB5] tries again with the same id after a fault of the network, sooner when the connection is back', async () => {
    const { session, connection, flights, timers } = bench();
    connection.start([task('a', 1)]);
    session.submit(change('m1', { title: 'One' }));
    await flights[0]?.fail();
    expect(timers.map(({ ms }) => ms)).toEqual([500]);
    expect(viewOf(session.replica, 'a')?.title).toBe('One');
    connection.become({ state: 'connected', since: 1 });
    expect(timers[0]?.cancelled).toBe(true);
    expect(flights.map(({ mutation }) => mutation.id)).toEqual(['m1', 'm1']);
  });

  it('[OB5] waits as long as the server asked', async () => {
    const { session, connection, flights, timers } = bench();
    connection.start([task('a', 1)]);
    session.submit(change('m1', { title: 'One' }));
    await flights[0]?.answer({ outcome: 'retry', afterMs: 7_000, reason: 'busy' });
    expect(timers.map(({ ms }) => ms)).toEqual([7_000]);
    timers[0]?.run();
    expect(flights).toHaveLength(2);
  });

  it('[RP12] takes a refused change back alone and says why', async () => {
    const { session, connection, flights } = bench();
    connection.start([task('a', 1)]);
    const reasons: string[] = [];
    session.onRejected(({ reason }) => reasons.push(reason));
    session.submit(change('m1', { title: 'One' }));
    session.submit(change('m2', { priority: 'high' }));
    await flights[0]?.answer({ outcome: 'rejected', status: 403, reason: 'You may not.' });
    expect(reasons).toEqual(['You may not.']);
    expect(viewOf(session.replica, 'a')).toMatchObject({ title: 'Task a', priority: 'high' });
  });

  it('[RP8] sends what is left of a change anew after a 412', async () => {
    const { session, connection, flights } = bench();
    connection.start([task('a', 1)]);
    session.submit(change('m1', { title: 'Mine', priority: 'high' }));
    await flights[0]?.answer({ outcome: 'conflict', current: task('a', 5, { title: 'Theirs' }) });
    expect(flights[1]?.mutation).toMatchObject({ id: 'm1', changes: { priority: 'high' }, baseVersion: 5 });
  });

  it('[OB6] derives the number of waiting changes', async () => {
    const { session, connection, flights } = bench();
    connection.start([task('a', 1)]);
    session.submit(change('m1', { title: 'One' }));
    expect(waitingCount(session.replica)).toBe(1);
    connection.hear({
      type: 'events',
      channel: CHANNEL,
      position: at(2),
      events: [wireUpdate('task.updated', task('a', 2, { title: 'One' }), 2, { mutationId: 'm1' })],
    });
    expect(waitingCount(session.replica)).toBe(0);
    await flights[0]?.answer({ outcome: 'done', task: task('a', 2, { title: 'One' }) });
    expect(viewOf(session.replica, 'a')?.version).toBe(2);
  });

  it('[OB7] takes back a delete that was not sent and sends nothing', () => {
    const { session, connection, flights } = bench();
    connection.start([task('a', 1)]);
    session.submit(change('m1', { title: 'One' }));
    session.submit({ kind: 'delete', id: 'm2', taskId: 'a' });
    session.submit({ kind: 'restore', id: 'm3', taskId: 'a' });
    expect(viewOf(session.replica, 'a')?.title).toBe('One');
    expect(flights.map(({ mutation }) => mutation.id)).toEqual(['m1']);
    expect(waitingCount(session.replica)).toBe(1);
  });

  it('[RP10] rebases own changes on the snapshot of a new epoch and sends them with the same ids', async () => {
    const { session, connection, flights } = bench();
    connection.start([task('a', 9)]);
    session.submit(change('m1', { title: 'Mine' }));
    await flights[0]?.fail();
    connection.hear({ type: 'epoch', epoch: 'e2' });
    connection.hear({ type: 'snapshot', channel: CHANNEL, position: { epoch: 'e2', seq: 1 }, tasks: [task('a', 2)] });
    expect(viewOf(session.replica, 'a')).toMatchObject({ title: 'Mine', version: 2 });
    connection.become({ state: 'connected', since: 1 });
    expect(flights[1]?.mutation).toMatchObject({ id: 'm1', baseVersion: 2 });
  });

  it('[RP10] an answer of another epoch than the known one is taken without its version', async () => {
    const { session, connection, flights } = bench();
    connection.start([task('a', 9)]);
    session.submit(change('m1', { title: 'Mine' }));
    await flights[0]?.answer({ outcome: 'done', task: task('a', 3, { title: 'Mine' }), epoch: 'e2' });
    expect(viewOf(session.replica, 'a')).toMatchObject({ title: 'Mine' });
    expect(viewOf(session.replica, 'a')?.version).toBeUndefined();
  });

  it('[RX10] ends its connection and sends nothing more when disposed', async () => {
    const { session, connection, flights, timers } = bench();
    connection.start([task('a', 1)]);
    session.submit(change('m1', { title: 'One' }));
    await flights[0]?.fail();
    session.dispose();
    expect(connection.calls).toEqual(['dispose']);
    expect(timers.every(({ cancelled }) => cancelled)).toBe(true);
  });
});
