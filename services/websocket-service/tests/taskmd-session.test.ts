import { describe, expect, it } from 'vitest';
import { CloseCode } from '@/lib/protocol';
import { startTaskmdSession } from '@/messages/taskmd-session';
import { boundMessages } from '@/session/waiting-messages';
import { createFakePeer } from './support/fake-peer';
import { accessRemoved, createSessionBench, loggedEvent, settled, storedTask, tokenOf } from './support/session-bench';

const ada = { dialect: 'taskmd', token: tokenOf('ada'), projectId: 'p' } as const;

describe('a session of seed 003', () => {
  it('[SV136] hears of its project alone', async () => {
    const bench = createSessionBench();
    const session = await bench.start(startTaskmdSession, ada);
    bench.announce(
      loggedEvent(storedTask('a'), 1, { channel: 'project:p' }),
      loggedEvent(storedTask('b'), 1, { channel: 'project:q' }),
      loggedEvent(storedTask('c'), 1),
    );
    expect(session.news()).toMatchObject([
      { type: 'task.created', project_id: 'p', task_id: 'a', data: { id: 'a', status: 'open', user_id: 'ada' } },
    ]);
  });

  it('[SV136] is closed to who is no member, also when that comes about while it is open or opening', async () => {
    const bench = createSessionBench();
    bench.forbidden.add('ada project:p');
    const stranger = await bench.start(startTaskmdSession, ada);
    expect(stranger.peer.closed).toMatchObject({ code: CloseCode.forbidden });
    bench.forbidden.clear();
    const member = await bench.start(startTaskmdSession, ada);
    bench.announce(
      accessRemoved('user:ada', 1, { channel: 'project:q' }),
      accessRemoved('user:ada', 2, { taskId: 't' }),
    );
    expect(member.peer.closed).toBeUndefined();
    bench.announce(accessRemoved('user:ada', 3, { channel: 'project:p' }));
    expect(member.peer.closed).toMatchObject({ code: CloseCode.forbidden });
    bench.announce(loggedEvent(storedTask('a'), 1, { channel: 'project:p' }));
    expect(member.news()).toEqual([]);
  });

  it('[SV136] gives up a reader for whom more than 256 messages wait', async () => {
    const bench = createSessionBench();
    const session = await bench.start(startTaskmdSession, ada);
    session.peer.holdsBack = true;
    const events = (count: number, from: number) =>
      Array.from({ length: count }, (_, index) => loggedEvent(storedTask('a'), from + index, { channel: 'project:p' }));
    bench.announce(...events(256, 1));
    await settled();
    expect(session.peer.closed).toBeUndefined();
    bench.announce(...events(1, 257));
    await settled();
    expect(session.peer.closed).toMatchObject({ code: CloseCode.slowReader });
  });

  it('[SV136] takes no burst that the system takes at once for a slow reader', async () => {
    const peer = createFakePeer();
    let gaveUp = 0;
    const bound = boundMessages(peer, 2, () => {
      gaveUp += 1;
    });
    peer.holdsBack = true;
    for (let count = 0; count < 10; count += 1) bound.push('x');
    for (let count = 0; count < 9; count += 1) peer.drainOne();
    await settled();
    expect([gaveUp, bound.isOpen]).toEqual([0, true]);
  });
});
