import { describe, expect, it } from 'vitest';
import { CloseCode } from '@/lib/protocol';
import { startRealTimeSyncSession } from '@/messages/real-time-sync-session';
import type { Authentication } from '@/ports/identity';
import { accessRemoved, createSessionBench, loggedEvent, settled, storedTask, tokenOf } from './support/session-bench';

const ada = { dialect: 'real-time-sync', token: tokenOf('ada') } as const;
const taskIds = (messages: readonly Record<string, unknown>[]) => messages.map((message) => message.task_id);

describe('a session of seed 002', () => {
  it('[SV134] hears nothing before it subscribes, and nothing after it unsubscribed', async () => {
    const bench = createSessionBench();
    const session = await bench.start(startRealTimeSyncSession, ada);
    bench.announce(loggedEvent(storedTask('a'), 1));
    expect(session.news()).toEqual([]);
    await session.say({ type: 'subscribe', all: true });
    bench.announce(loggedEvent(storedTask('b'), 2));
    expect(taskIds(session.news())).toEqual(['b']);
    await session.say({ type: 'unsubscribe', all: true });
    bench.announce(loggedEvent(storedTask('c'), 3));
    expect(session.news()).toEqual([]);
  });

  it('[SV134] may subscribe before its credentials are checked, and is heard once they are', async () => {
    const bench = createSessionBench();
    let answer = (_authentication: Authentication): void => {};
    const checked = new Promise<Authentication>((resolve) => {
      answer = resolve;
    });
    const session = await bench.start(
      (peer, request, context) => startRealTimeSyncSession(peer, request, { ...context, authenticate: () => checked }),
      ada,
    );
    await session.say({ type: 'subscribe', all: true });
    answer({ ok: true, identity: { userId: 'ada', expiresAt: bench.clock.now() + 60_000 } });
    await settled();
    bench.announce(loggedEvent(storedTask('a'), 1));
    expect(taskIds(session.news())).toEqual(['a']);
  });

  it('[SV134] hears of single tasks, by ids of either kind', async () => {
    const bench = createSessionBench();
    bench.channels.set('a', 'user:ada').set('12345', 'user:ada');
    const session = await bench.start(startRealTimeSyncSession, ada);
    await session.say({ type: 'subscribe', taskId: 'a' });
    await session.say({ type: 'subscribe', taskId: 12345 });
    bench.announce(
      loggedEvent(storedTask('a'), 1),
      loggedEvent(storedTask('b'), 2),
      loggedEvent(storedTask('12345'), 3),
    );
    expect(taskIds(session.news())).toEqual(['a', '12345']);
    await session.say({ type: 'unsubscribe', taskId: '12345' });
    await session.say({ type: 'unsubscribe', taskId: 'never watched' });
    bench.announce(loggedEvent(storedTask('12345'), 4), loggedEvent(storedTask('a'), 5));
    expect(taskIds(session.news())).toEqual(['a']);
    await session.say({ type: 'unsubscribe', all: true });
    bench.announce(loggedEvent(storedTask('a'), 6));
    expect(session.news()).toEqual([]);
  });

  it('[SV134] is told which subscription is not its own, or is none', async () => {
    const bench = createSessionBench({ maxChannelsPerConnection: 2 });
    bench.channels.set('a', 'user:ada').set('b', 'user:ada');
    const session = await bench.start(startRealTimeSyncSession, ada);
    await session.say({ type: 'subscribe', taskId: 'of eve' });
    await session.say({ type: 'subscribe' });
    await session.say({ type: 'unsubscribe', all: 'yes' });
    await session.say({ type: 'subscribe', taskId: 'a' });
    await session.say({ type: 'subscribe', taskId: 'b' });
    expect(session.news().map(({ type, code }) => [type, code])).toEqual([
      ['error', CloseCode.forbidden],
      ['error', CloseCode.badMessage],
      ['error', CloseCode.badMessage],
      ['error', CloseCode.tooMany],
    ]);
    bench.announce(
      loggedEvent(storedTask('of eve', 'eve'), 1, { channel: 'user:eve' }),
      loggedEvent(storedTask('b'), 2),
    );
    expect(session.news()).toEqual([]);
    expect(session.peer.closed).toBeUndefined();
  });

  it('[SV146] hears of a task that it subscribed to too early from when it comes to the inbox, until it goes again', async () => {
    const bench = createSessionBench();
    const session = await bench.start(startRealTimeSyncSession, ada);
    await session.say({ type: 'subscribe', taskId: 12345 });
    expect(session.news()).toMatchObject([{ type: 'error', code: CloseCode.forbidden }]);
    bench.announce(loggedEvent(storedTask('12345'), 1), loggedEvent(storedTask('b'), 2));
    expect(taskIds(session.news())).toEqual(['12345']);
    bench.announce(accessRemoved('user:ada', 3, { taskId: '12345' }));
    expect(session.news()).toMatchObject([{ action: 'task_deleted' }]);
    bench.announce(loggedEvent(storedTask('12345'), 4));
    expect(session.news()).toEqual([]);
  });

  it('[SV134] hears of somebody else’s task by their project, once, and not after access was taken away', async () => {
    const bench = createSessionBench();
    bench.channels.set('a', 'project:p').set('b', 'project:p');
    const session = await bench.start(startRealTimeSyncSession, ada);
    await session.say({ type: 'subscribe', all: true });
    await session.say({ type: 'subscribe', taskId: 'a' });
    const both = (id: string, seq: number) => {
      const task = storedTask(id, 'eve');
      return [loggedEvent(task, seq, { channel: 'user:ada' }), loggedEvent(task, seq, { channel: 'project:p' })];
    };
    bench.announce(...both('a', 1), ...both('b', 2));
    expect(taskIds(session.news()).sort()).toEqual(['a', 'b']);
    bench.announce(accessRemoved('project:p', 3, { taskId: 'a' }));
    expect(session.news()).toMatchObject([{ action: 'task_deleted', task_id: 'a' }]);
    expect(bench.hub.countOf('project:p')).toBe(0);

    await session.say({ type: 'subscribe', taskId: 'b' });
    bench.announce(accessRemoved('user:ada', 4, { channel: 'project:p' }));
    bench.announce(loggedEvent(storedTask('b', 'eve'), 5, { channel: 'project:p' }));
    expect(session.news()).toEqual([]);
    expect(bench.hub.countOf('project:p')).toBe(0);
  });

  it('[SV134] is refused a project’s task when membership ends while it is asked', async () => {
    const bench = createSessionBench();
    bench.channels.set('a', 'project:p');
    bench.forbidden.add('ada project:p');
    const session = await bench.start(startRealTimeSyncSession, ada);
    await session.say({ type: 'subscribe', taskId: 'a' });
    expect(session.news()).toMatchObject([{ type: 'error', code: CloseCode.forbidden }]);
    expect(bench.hub.countOf('project:p')).toBe(0);
  });

  it('[SV135] keeps the seed’s record of each connection, and forgets it at the end', async () => {
    const bench = createSessionBench();
    bench.channels.set('a', 'user:ada');
    const { manager } = bench.context;
    const first = await bench.start(startRealTimeSyncSession, { ...ada, sessionId: 'one' });
    const second = await bench.start(startRealTimeSyncSession, { ...ada, sessionId: 'two' });
    const openedAt = new Date(bench.clock.now());
    bench.clock.advance(5_000);
    await first.say({ type: 'subscribe', taskId: 'a' });
    await second.say({ type: 'subscribe', all: true });
    expect(manager.getUserConnections('ada')).toEqual([
      {
        id: 'one',
        userId: 'ada',
        connectedAt: openedAt,
        lastActivity: new Date(bench.clock.now()),
        subscriptions: new Set(['a']),
      },
      expect.objectContaining({ id: 'two', subscriptions: new Set(['ALL']) }),
    ]);
    expect(manager.getUserConnections('eve')).toEqual([]);
    first.end();
    expect(manager.getUserConnections('ada').map(({ id }) => id)).toEqual(['two']);
    expect(manager.removeConnection('one')).toBe(false);
    expect(manager.removeConnection('two')).toBe(true);
    expect(manager.getUserConnections('ada')).toEqual([]);
  });

  it('[SV139] says which fields changed and what the status was before', async () => {
    const bench = createSessionBench();
    const session = await bench.start(startRealTimeSyncSession, ada);
    await session.say({ type: 'subscribe', all: true });
    const done = storedTask('a', 'ada', { status: 'completed', completed: true });
    const facts = { event: 'task.completed', changedFields: ['status', 'completed', 'completedAt'] };
    bench.announce(loggedEvent(done, 1, { ...facts, previousStatus: 'in_progress' }));
    bench.announce(loggedEvent(done, 2, { event: 'task.updated', changedFields: ['title', 'dueAt'] }));
    expect(session.news()).toMatchObject([
      {
        action: 'task_status_changed',
        event_type: 'TASK_STATUS_CHANGED',
        data: { user_id: 'ada', status: 'completed' },
        metadata: { previous_status: 'in-progress', fields_changed: ['status', 'completed', 'completed_at'] },
      },
      { action: 'task_updated', event_type: 'TASK_CHANGED', metadata: { fields_changed: ['title', 'due_at'] } },
    ]);
  });
});
