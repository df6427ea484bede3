import { describe, expect, it } from 'vitest';
import { rememberVerified } from '@/auth/remember-verified';
import { type Identity, InvalidToken } from '@/ports/identity';
import { createManualClock } from './support/manual-clock';

const SECOND_MS = 1_000;

function setUp(lifeMs = 3_600 * SECOND_MS) {
  const clock = createManualClock();
  const asked: string[] = [];
  const verify = rememberVerified(async (token): Promise<Identity> => {
    asked.push(token);
    if (token.startsWith('bad')) throw new InvalidToken('no');
    return { userId: token, expiresAt: clock.now() + lifeMs };
  }, clock);
  return { clock, asked, verify };
}

describe('tokens that were verified', () => {
  it('[AU50] are verified once in a minute', async () => {
    const { clock, asked, verify } = setUp();
    expect(await verify('ada')).toEqual(await verify('ada'));
    expect((await verify('bob')).userId).toBe('bob');
    clock.advance(59 * SECOND_MS);
    await verify('ada');
    expect(asked).toEqual(['ada', 'bob']);
    clock.advance(2 * SECOND_MS);
    await verify('ada');
    expect(asked).toEqual(['ada', 'bob', 'ada']);
  });

  it('[AU50] are verified anew from their end on', async () => {
    const { clock, asked, verify } = setUp(10 * SECOND_MS);
    await verify('ada');
    clock.advance(10 * SECOND_MS);
    await verify('ada');
    expect(asked).toEqual(['ada', 'ada']);
  });

  it('[AU50] are not remembered when something is wrong with them', async () => {
    const { asked, verify } = setUp();
    await expect(verify('bad')).rejects.toThrow(InvalidToken);
    await expect(verify('bad')).rejects.toThrow(InvalidToken);
    expect(asked).toEqual(['bad', 'bad']);
  });

  it('[AU50] are forgotten in the order of their coming, so that memory is bounded', async () => {
    const { asked, verify } = setUp();
    for (let index = 0; index <= 20_000; index++) await verify(`user-${index}`);
    await verify('user-1');
    await verify('user-0');
    expect(asked.slice(20_001)).toEqual(['user-0']);
  });
});
