import { describe, expect, it } from 'vitest';
import type { TaskList } from '@/lib/protocol';
import { viewAll, viewOf } from '@/lib/replica';
import { task } from '@/tests/unit/replica/fixtures';
import { rest } from './fake-device';
import { at, bench, CHANNEL, wireUpdate } from './fixtures';

/** A bench whose lists are answered by hand. */
function benchWithLists() {
  const asked: ((list: TaskList) => void)[] = [];
  const made = bench();
  made.connector.fetchTasks = () =>
    new Promise((resolve) => {
      asked.push(resolve);
    });
  const give = (...tasks: TaskList['tasks']) => asked.shift()?.({ tasks, positions: {}, complete: true });
  return { ...made, give };
}

const subscribed = { type: 'subscribed', channel: CHANNEL, recovered: false, replayed: 0, source: 'backend' } as const;
const taken = { type: 'access_removed', channel: CHANNEL, seq: 3, target: { taskId: 'a' } } as const;

describe('what comes while a list travels', () => {
  it('[RP51] a task that was made meanwhile stays', async () => {
    const { session, connection, give } = benchWithLists();
    connection.become({ state: 'connected', since: 0 });
    connection.hear({ ...subscribed, position: at(1) });
    const events = [wireUpdate('task.created', task('n', 1), 2)];
    connection.hear({ type: 'events', channel: CHANNEL, position: at(2), events });
    give();
    await rest();
    expect(viewOf(session.replica, 'n')).toBeDefined();
  });

  it('[RP51] a task that was changed meanwhile stays, one that was not is gone', async () => {
    const { session, connection, give } = benchWithLists();
    connection.start([task('a', 1), task('b', 1)]);
    connection.hear({ ...subscribed, position: at(1) });
    const events = [wireUpdate('task.updated', task('a', 2), 2)];
    connection.hear({ type: 'events', channel: CHANNEL, position: at(2), events });
    give();
    await rest();
    expect(viewOf(session.replica, 'a')?.version).toBe(2);
    expect(viewOf(session.replica, 'b')).toBeUndefined();
  });

  it('[RP51] a task that was taken away meanwhile is not shown again', async () => {
    const { session, connection, give } = benchWithLists();
    connection.start([task('a', 1)]);
    const refreshed = session.refresh();
    connection.hear({ type: 'events', channel: CHANNEL, position: at(3), events: [taken] });
    give(task('a', 1));
    await refreshed;
    expect(viewOf(session.replica, 'a')).toBeUndefined();
  });

  it('[RP51] a channel that is read anew does not show it either, and later lists may', async () => {
    const { session, connection, give } = benchWithLists();
    connection.start([task('a', 1)]);
    connection.hear({ ...subscribed, position: at(1) });
    connection.hear({ type: 'events', channel: CHANNEL, position: at(3), events: [taken] });
    give(task('a', 1));
    await rest();
    expect(viewOf(session.replica, 'a')).toBeUndefined();
    const refreshed = session.refresh();
    give(task('a', 2));
    await refreshed;
    expect(viewOf(session.replica, 'a')?.version).toBe(2);
  });

  it('[RP51] nor one that both came and was taken away meanwhile, whatever the snapshots between', async () => {
    const { session, connection, give } = benchWithLists();
    connection.start([]);
    const refreshed = session.refresh();
    const events = [wireUpdate('task.created', task('a', 1), 2), taken];
    connection.hear({ type: 'events', channel: CHANNEL, position: at(3), events });
    give(task('a', 1));
    await refreshed;
    expect(viewOf(session.replica, 'a')).toBeUndefined();
    expect(session.replica.travelling.size).toBe(0);
  });

  it('[RP60] is asked for anew when an epoch began, whose tasks it may not have', async () => {
    const { session, connection, give } = benchWithLists();
    connection.start([task('a', 5)]);
    const refreshed = session.refresh();
    connection.hear({ type: 'epoch', epoch: 'e2' });
    connection.hear({ type: 'snapshot', channel: CHANNEL, position: { epoch: 'e2', seq: 1 }, tasks: [task('a', 2)] });
    give(task('a', 6), task('n', 1));
    await rest();
    give(task('a', 2));
    await refreshed;
    expect([viewOf(session.replica, 'a')?.version, viewOf(session.replica, 'n')]).toEqual([2, undefined]);
  });

  it('[RP66] is asked for anew when a snapshot came, which may be newer and lack what the list has', async () => {
    const { session, connection, give } = benchWithLists();
    const refreshed = session.refresh();
    connection.start([task('b', 2)]);
    give(task('a', 1), task('b', 1));
    await rest();
    expect(viewOf(session.replica, 'a')).toBeUndefined();
    give(task('b', 2), task('c', 1));
    await refreshed;
    expect(viewAll(session.replica).map(({ id }) => id)).toEqual(['b', 'c']);
  });

  it('[RP63] an older list is no news to one that was asked for after it', async () => {
    const { session, connection, give } = benchWithLists();
    connection.become({ state: 'connected', since: 0 });
    connection.hear({ ...subscribed, position: at(1) });
    connection.become({ state: 'handshaking', attempt: 1 });
    connection.become({ state: 'connected', since: 1 });
    connection.hear({ ...subscribed, position: at(2) });
    // Read before `a` was deleted, which the second position knows of.
    give(task('a', 1), task('b', 1));
    await rest();
    give(task('b', 1));
    await rest();
    expect([viewOf(session.replica, 'a'), viewOf(session.replica, 'b')?.version]).toEqual([undefined, 1]);
  });

  it('[RP57] what a list of a backend left in doubt is asked for as well', async () => {
    const { session, connection, flights, timers, give } = benchWithLists();
    session.submit({ kind: 'create', id: 'm1', taskId: 'n', task: { title: 'N' }, draft: task('n', 0) });
    connection.become({ state: 'connected', since: 0 });
    connection.hear({ ...subscribed, position: at(2) });
    await flights[0]?.answer({ outcome: 'done', task: task('n', 1), epoch: 'e1' });
    give();
    await rest();
    expect(viewOf(session.replica, 'n')).toBeDefined();
    for (const timer of timers.filter(({ cancelled }) => !cancelled)) timer.run();
    give();
    await rest();
    expect(viewOf(session.replica, 'n')).toBeUndefined();
  });
});
