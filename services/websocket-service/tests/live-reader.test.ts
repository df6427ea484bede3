import { describe, expect, it } from 'vitest';
import { CloseCode } from '@/lib/protocol';
import { startSession } from '@/messages/start-session';
import { createDeferred } from '@/ports/deferred';
import { createSessionBench, loggedEvent, settled, storedTask, tokenOf } from './support/session-bench';

const event = (seq: number) => loggedEvent(storedTask(`t${seq}`), seq);

describe('a plain reader', () => {
  it('[SV144] that misses events is sent away to fetch the list', async () => {
    const bench = createSessionBench();
    const session = await bench.start(startSession, { token: tokenOf('ada') });
    bench.announce(event(1), event(2));
    bench.announce(event(4));
    expect(session.news()).toHaveLength(2);
    expect(session.peer.closed).toMatchObject({
      code: CloseCode.restarting,
      reason: expect.stringMatching(/retryAfterMs/),
    });
  });

  it('[SV144] is told of a gap without an event, but not by where its channel stood at the start', async () => {
    const bench = createSessionBench();
    const session = await bench.start(startSession, { token: tokenOf('ada') });
    bench.hub.notice('user:ada', 5);
    bench.announce(event(5));
    bench.announce(event(6));
    bench.hub.notice('user:ada', 6);
    expect(session.peer.closed).toBeUndefined();
    expect(session.news()).toHaveLength(2);
    bench.hub.notice('user:ada', 7);
    expect(session.peer.closed).toMatchObject({ code: CloseCode.restarting });
  });

  it('[SV149] is told that it is in once nothing that follows can pass it by, and hears that in order', async () => {
    const bench = createSessionBench();
    const place = createDeferred<void>();
    const context = { ...bench.context, standing: () => place.promise };
    const session = await bench.start((peer, request) => startSession(peer, request, context));
    await session.say({ type: 'AUTH', token: tokenOf('ada') });
    bench.announce(event(1));
    bench.announce(event(2));
    await settled();
    expect(session.news()).toEqual([]);
    place.resolve();
    await settled();
    bench.announce(event(3));
    expect(session.news().map((message) => [message.type, (message.task as { id?: string })?.id])).toEqual([
      ['AUTH_SUCCESS', undefined],
      ['TASK_CREATED', 't1'],
      ['TASK_CREATED', 't2'],
      ['TASK_CREATED', 't3'],
    ]);
  });

  it.each(['taskmd', 'real-time-sync'] as const)(
    '[SV134, SV136] is asked anew when a removal may have been missed: %s',
    async (dialect) => {
      const bench = createSessionBench();
      bench.channels.set('a', 'project:p');
      const served = new Set<string>();
      bench.hub.onServed({ begin: (channel) => served.add(channel), end: (channel) => served.delete(channel) });
      const session = await bench.start(startSession, { dialect, token: tokenOf('ada'), projectId: 'p' });
      if (dialect === 'real-time-sync') await session.say({ type: 'subscribe', taskId: 'a' });
      bench.hub.notice('user:ada', 3);
      await settled();
      expect(served.has('project:p')).toBe(true);
      bench.forbidden.add('ada project:p');
      bench.hub.notice('user:ada', 3);
      await settled();
      bench.announce(loggedEvent(storedTask('a', 'eve'), 1, { channel: 'project:p' }));
      expect(session.news()).toEqual([]);
      if (dialect === 'taskmd') expect(session.peer.closed).toMatchObject({ code: CloseCode.forbidden });
      else expect(served.has('project:p')).toBe(false);
    },
  );
});
