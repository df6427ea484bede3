import { describe, expect, it } from 'vitest';
import { CloseCode } from '@/lib/protocol';
import { startPlainSession } from '@/messages/plain-session';
import { createSessionBench, loggedEvent, settled, storedTask, tokenOf } from './support/session-bench';

const AUTH = { type: 'AUTH', token: tokenOf('ada') };
const SUCCESS = { type: 'AUTH_SUCCESS', user_id: 'ada' };

describe('a session of seed 004', () => {
  it.each([[{}], [{ dialect: 'todo' } as const]])(
    '[SV137] begins with AUTH as its first frame: %j',
    async (request) => {
      const bench = createSessionBench();
      const session = await bench.start(startPlainSession, { claimedUserIds: ['ada'], ...request });
      bench.announce(loggedEvent(storedTask('before'), 1));
      expect(session.news()).toEqual([]);
      await session.say(AUTH);
      bench.announce(loggedEvent(storedTask('a'), 2));
      bench.announce(loggedEvent(storedTask('a'), 3, { event: 'task.deleted', task: { id: 'a', version: 2 } }));
      expect(session.news()).toMatchObject([
        SUCCESS,
        { type: 'TASK_CREATED', task: { id: 'a', user_id: 'ada' } },
        { type: 'TASK_DELETED', task_id: 'a' },
      ]);
      bench.clock.advance(29_999);
      expect(session.peer.closed).toBeUndefined();
    },
  );

  it('[SV137] is confirmed at once where the token came with the upgrade', async () => {
    const bench = createSessionBench();
    const session = await bench.start(startPlainSession, { dialect: 'todo', token: tokenOf('ada') });
    await session.say(AUTH);
    bench.announce(loggedEvent(storedTask('a'), 1));
    expect(session.news()).toMatchObject([SUCCESS, SUCCESS, { type: 'TASK_CREATED' }]);
  });

  it('[SV137] is what a first AUTH makes of a socket that came with a token', async () => {
    const bench = createSessionBench();
    const session = await bench.start(startPlainSession, { token: tokenOf('ada') });
    bench.announce(loggedEvent(storedTask('a'), 1));
    await session.say(AUTH);
    bench.announce(loggedEvent(storedTask('b'), 2));
    expect(session.news().map(({ type }) => type)).toEqual(['task_update', 'AUTH_SUCCESS', 'TASK_CREATED']);
    expect(bench.hub.countOf('user:ada')).toBe(1);
  });

  it.each([
    ['of nobody', { type: 'AUTH', token: 'forged' }, CloseCode.unauthorized],
    ['of somebody else', { type: 'AUTH', token: tokenOf('eve') }, CloseCode.forbidden],
  ])('[SV137] is closed by a token %s', async (_whose, message, code) => {
    const bench = createSessionBench();
    const session = await bench.start(startPlainSession, { claimedUserIds: ['ada'] });
    await session.say(message);
    expect(session.peer.closed).toMatchObject({ code });
    expect(session.news()).toEqual([]);
  });

  it('[SV137] never becomes somebody else’s', async () => {
    const bench = createSessionBench();
    const session = await bench.start(startPlainSession, { token: tokenOf('ada') });
    await session.say({ type: 'AUTH', token: tokenOf('eve') });
    expect(session.peer.closed).toMatchObject({ code: CloseCode.forbidden });
  });

  it('[SV137] says what is wrong with an AUTH without a token, and waits for a better one', async () => {
    const bench = createSessionBench();
    const session = await bench.start(startPlainSession, {});
    await session.say({ type: 'AUTH' });
    await session.say(AUTH);
    expect(session.news()).toMatchObject([{ type: 'error', code: CloseCode.badMessage }, SUCCESS]);
  });

  it('[SV130] waits 3 s for a token, and for nothing else', async () => {
    const bench = createSessionBench();
    const mute = await bench.start(startPlainSession, {});
    bench.clock.advance(2_999);
    expect(mute.peer.closed).toBeUndefined();
    bench.clock.advance(1);
    expect(mute.peer.closed).toMatchObject({ code: CloseCode.unauthorized });
    const talker = await bench.start(startPlainSession, {});
    await talker.say({ type: 'subscribe' });
    expect(talker.peer.closed).toMatchObject({ code: CloseCode.unauthorized });
    const plain = await bench.start(startPlainSession, { dialect: 'task-update' });
    expect(plain.peer.closed).toMatchObject({ code: CloseCode.unauthorized });
  });

  it('[SV130] waits for no token where none is needed', async () => {
    const bench = createSessionBench({}, false);
    const session = await bench.start(startPlainSession, { claimedUserIds: ['ada'] });
    bench.announce(loggedEvent(storedTask('a'), 1));
    expect(session.news()).toMatchObject([{ type: 'task_update' }]);
    bench.clock.advance(3_000);
    await settled();
    expect(session.peer.closed).toBeUndefined();
  });
});
