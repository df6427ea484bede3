import { describe, expect, it } from 'vitest';
import type { Task } from '@/lib/protocol';
import { viewAll, viewOf } from '@/lib/replica';
import { at, bench, CHANNEL, task, turns, wireUpdate } from './fixtures';

const PROJECT = 'project:p1';

/** A session that follows its inbox and a project. */
function open() {
  const page = bench({ channels: [CHANNEL, PROJECT] });
  const { connection } = page;
  const snapshot = (channel: string, seq: number, ...tasks: Task[]) => {
    connection.hear({ type: 'subscribed', channel, recovered: false, replayed: 0, position: at(seq) });
    connection.hear({ type: 'snapshot', channel, position: at(seq), tasks });
  };
  return {
    ...page,
    snapshot,
    connect() {
      connection.become({ state: 'handshaking', attempt: 1 });
      connection.become({ state: 'connected', since: 0 });
    },
  };
}

describe('a task in several channels', () => {
  it('[RP67] stays deleted when a channel that lags still tells how it came and went there before', () => {
    const { session, connection, connect, snapshot } = open();
    connect();
    snapshot(CHANNEL, 1, task('a', 2));
    snapshot(PROJECT, 1, task('a', 2));
    const deleted = wireUpdate('task.deleted', task('a', 5), 2);
    connection.hear({ type: 'events', channel: CHANNEL, position: at(2), events: [deleted] });
    const events = [
      { type: 'access_removed', channel: PROJECT, seq: 2, target: { taskId: 'a' } } as const,
      wireUpdate('task.updated', task('a', 4), 3, { channel: PROJECT }),
    ];
    connection.hear({ type: 'events', channel: PROJECT, position: at(3), events });
    expect(viewOf(session.replica, 'a')).toBeUndefined();
  });

  it('[RP67] comes back by a share as it was when an answer took for deleted what was only taken away', async () => {
    const { session, connection, flights, timers, connect, snapshot } = open();
    connect();
    snapshot(CHANNEL, 1, task('a', 2));
    snapshot(PROJECT, 1);
    session.submit({ kind: 'update', id: 'm1', taskId: 'a', changes: { title: 'Mine' } });
    await flights[0]?.answer({ outcome: 'gone' });
    timers.findLast(({ cancelled }) => !cancelled)?.run();
    await turns();
    const events = [
      { type: 'access_removed', channel: CHANNEL, seq: 2, target: { taskId: 'a' } } as const,
      wireUpdate('task.shared', task('a', 2), 3),
    ];
    connection.hear({ type: 'events', channel: CHANNEL, position: at(3), events });
    expect(viewOf(session.replica, 'a')?.version).toBe(2);
  });

  it('[RP68] does not leave the screen because another channel, which never had it, came first', async () => {
    const { session, flights, connect, snapshot } = open();
    connect();
    snapshot(CHANNEL, 1);
    snapshot(PROJECT, 1);
    const about = { id: 'm1', taskId: 'n', task: { title: 'n' }, draft: task('n', 0) };
    session.submit({ kind: 'create', ...about });
    await flights[0]?.answer({ outcome: 'done', task: task('n', 1), epoch: 'e1' });
    connect();
    snapshot(PROJECT, 1);
    expect(viewAll(session.replica).map(({ id }) => id)).toEqual(['n']);
    snapshot(CHANNEL, 2, task('n', 1));
    expect(viewAll(session.replica).map(({ id }) => id)).toEqual(['n']);
  });
});
