import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CloseCode, type DialectName } from '@/lib/protocol';
import { startSession } from '@/messages/start-session';
import { accessRemoved, createSessionBench, loggedEvent, storedTask, tokenOf } from './support/session-bench';

const NAMES: readonly DialectName[] = ['sync-service', 'task-update', 'real-time-sync', 'taskmd', 'todo'];

/** A request that every dialect lets in. */
const requestFor = (dialect: DialectName) => ({ dialect, token: tokenOf('ada'), projectId: 'p' });

describe('every plain dialect', () => {
  it.each(NAMES)('[SV140] answers what it can’t read with an error of its form, and stays: %s', async (dialect) => {
    const bench = createSessionBench();
    const session = await bench.start(startSession, requestFor(dialect));
    session.news();
    for (const text of ['garbage', '[1]', 'null', '5', '', '{}', '{"type":"surprise"}', '{"type":7}']) {
      await session.say(text);
      const [error, ...rest] = session.news();
      expect(rest).toEqual([]);
      expect(error).toMatchObject(
        dialect === 'sync-service'
          ? {
              type: 'ERROR',
              payload: { code: CloseCode.badMessage, message: expect.stringMatching(/\w/) },
              timestamp: expect.stringMatching(/Z$/),
            }
          : { type: 'error', code: CloseCode.badMessage, message: expect.stringMatching(/\w/) },
      );
    }
    expect(session.peer.closed).toBeUndefined();
  });

  it.each(NAMES)('[SV140] stays whatever a client sends, and answers each frame once at most: %s', async (dialect) => {
    const odd = fc.oneof(
      fc.string(),
      fc.jsonValue().map((value) => JSON.stringify(value)),
      fc
        .record({
          type: fc.constantFrom('subscribe', 'unsubscribe', 'ping', 'pong', 'AUTH', 'hello'),
          taskId: fc.jsonValue(),
          all: fc.jsonValue(),
        })
        .map((value) => JSON.stringify(value)),
    );
    const bench = createSessionBench();
    const session = await bench.start(startSession, requestFor(dialect));
    session.news();
    await fc.assert(
      fc.asyncProperty(odd, async (frame) => {
        const before = session.peer.frames.length;
        await session.say(frame);
        expect(session.peer.frames.length - before).toBeLessThanOrEqual(1);
        expect(session.peer.closed).toBeUndefined();
      }),
      { numRuns: 200 },
    );
  });

  it.each(NAMES)('[SV140] answers a ping in JSON and as bare text: %s', async (dialect) => {
    const bench = createSessionBench();
    const session = await bench.start(startSession, requestFor(dialect));
    session.news();
    await session.say({ type: 'ping' });
    expect(session.news()).toMatchObject([{ type: 'pong' }]);
    await session.say('ping');
    await session.say('pong');
    expect(session.peer.frames.at(-1)).toBe('pong');
  });

  it.each(NAMES)('[SV141] pings at its seed’s distance and drops who is silent: %s', async (dialect) => {
    const bench = createSessionBench();
    const session = await bench.start(startSession, requestFor(dialect));
    session.news();
    const intervalMs = dialect === 'taskmd' ? 54_000 : 30_000;
    bench.clock.advance(intervalMs - 1);
    expect(session.peer.pings).toBe(0);
    bench.clock.advance(1);
    expect(session.peer.pings).toBe(1);
    // Only seed 001's clients look for a ping that a browser can see.
    expect(session.news()).toEqual(dialect === 'task-update' ? [{ type: 'ping', timestamp: null }] : []);
    bench.clock.advance(2 * intervalMs);
    expect(session.peer.isTerminated).toBe(true);
  });

  it.each(NAMES)('[SV141] leaves nothing behind when its socket ends: %s', async (dialect) => {
    const bench = createSessionBench();
    const session = await bench.start(startSession, requestFor(dialect));
    if (dialect === 'real-time-sync') await session.say({ type: 'subscribe', all: true });
    session.end();
    expect([bench.clock.pending, bench.hub.countOf('user:ada'), bench.hub.countOf('project:p')]).toEqual([0, 0, 0]);
    expect(bench.context.manager.getUserConnections('ada')).toEqual([]);
  });

  it.each(NAMES)('[SV134, AU13] refuses bad credentials with its code: %s', async (dialect) => {
    const bench = createSessionBench();
    const code = dialect === 'real-time-sync' ? CloseCode.refused : CloseCode.unauthorized;
    const bad = await bench.start(startSession, { ...requestFor(dialect), token: 'forged' });
    expect(bad.peer.closed).toMatchObject({ code });
    const foreign = await bench.start(startSession, { ...requestFor(dialect), claimedUserIds: ['eve'] });
    expect(foreign.peer.closed).toMatchObject({ code: CloseCode.forbidden });
    for (const each of [bad, foreign]) expect(each.peer.messages).toEqual([]);
    expect(bench.hub.countOf('user:ada')).toBe(0);
  });

  it.each(NAMES)('[SV143] is told when the service fails, before its connection ends: %s', async (dialect) => {
    const bench = createSessionBench();
    const session = await bench.start(
      (peer, request, context) =>
        startSession(peer, request, { ...context, authenticate: () => Promise.reject(new Error('the disk is gone')) }),
      requestFor(dialect),
    );
    expect(session.news()).toMatchObject([{ type: dialect === 'sync-service' ? 'ERROR' : 'error' }]);
    expect(session.peer.frames.join()).not.toMatch(/disk/);
    expect(session.peer.closed).toMatchObject({ code: CloseCode.internalError });
  });

  it('[SV133] hears the same events at the same time, each encoded once per dialect and channel', async () => {
    const bench = createSessionBench();
    const sessions = await Promise.all(
      [...NAMES, ...NAMES].map((dialect) => bench.start(startSession, requestFor(dialect))),
    );
    for (const [index, session] of sessions.entries()) {
      if (NAMES[index % NAMES.length] === 'real-time-sync') await session.say({ type: 'subscribe', all: true });
      session.news();
    }
    const task = storedTask('t', 'ada', { projectId: 'p' });
    bench.announce(loggedEvent(task, 1), loggedEvent(task, 1, { channel: 'project:p' }));
    expect(sessions.map((session) => session.news().map(({ type }) => type))).toEqual(
      [...NAMES, ...NAMES].map((name) => {
        if (name === 'taskmd') return ['task.created'];
        return name === 'task-update' || name === 'real-time-sync' ? ['task_update'] : ['TASK_CREATED'];
      }),
    );
    bench.announce(accessRemoved('user:ada', 2, { taskId: 't' }), accessRemoved('project:p', 2, { taskId: 't' }));
    expect(sessions.slice(0, 5).map((session) => session.news())).toMatchObject([
      [{ type: 'TASK_DELETED', payload: { taskId: 't' }, timestamp: expect.stringMatching(/Z$/) }],
      [{ event: 'task.deleted', task: { id: 't' } }],
      [{ action: 'task_deleted', event_type: 'TASK_REMOVED', task_id: 't', user_id: 'ada' }],
      [{ type: 'task.deleted', project_id: 'p', task_id: 't', data: { id: 't' } }],
      [{ type: 'TASK_DELETED', task_id: 't' }],
    ]);
  });
});
