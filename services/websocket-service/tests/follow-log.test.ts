import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { followLog } from '@/hub/follow-log';
import { createHub } from '@/hub/hub';
import type { Channel } from '@/lib/protocol';
import type { LoggedEvent } from '@/ports/event-log';
import type { Moved } from '@/ports/hints';
import { silentLogger } from '@/ports/logger';
import { createManualClock } from './support/manual-clock';

const ADA: Channel = 'user:ada';
const POLL_MS = 500;

/** A log that is written here and elsewhere, and answers when it is told to. */
function createSharedLog() {
  const events: LoggedEvent[] = [];
  const committed = new Set<(events: readonly LoggedEvent[]) => void>();
  const hints = new Set<(moved: Moved) => void>();
  const questions: (() => void)[] = [];
  const untold: LoggedEvent[] = [];
  let isBroken = false;
  const ask = <T>(answer: () => T): Promise<T> =>
    new Promise((resolve, reject) => questions.push(() => (isBroken ? reject(new Error('gone')) : resolve(answer()))));
  const append = (): LoggedEvent => {
    const seq = events.length + 1;
    const event: LoggedEvent = { channel: ADA, seq, eventId: `${seq}`, type: 'task_update', body: '{}' };
    events.push(event);
    return event;
  };
  return {
    log: {
      read: (_channel: Channel, after: number, limit: number) => ask(() => events.slice(after, after + limit)),
      heads: (channels: readonly Channel[]) =>
        ask(() => new Map(channels.map((channel) => [channel, { epoch: 'e', seq: events.length }]))),
      onCommitted(listener: (events: readonly LoggedEvent[]) => void) {
        committed.add(listener);
        return () => committed.delete(listener);
      },
      onHint(listener: (moved: Moved) => void) {
        hints.add(listener);
        return () => hints.delete(listener);
      },
    },
    elsewhere: append,
    /** A commit of this process, of which it hears with `tell`. */
    commit: () => void untold.push(append()),
    tell() {
      const event = untold.shift();
      if (event !== undefined) for (const listener of committed) listener([event]);
    },
    here() {
      const event = append();
      for (const listener of committed) listener([event]);
    },
    hint(seq = events.length) {
      for (const listener of hints) listener(new Map([[ADA, seq]]));
    },
    answerOne: () => questions.shift()?.(),
    breakDown: (broken: boolean) => {
      isBroken = broken;
    },
    head: () => events.length,
    isAsked: () => questions.length > 0,
  };
}

function createFollowing() {
  const shared = createSharedLog();
  const hub = createHub({ defer: (run) => run() });
  const clock = createManualClock();
  const following = followLog({ log: shared.log, hub, clock, logger: silentLogger, pollMs: POLL_MS });
  /** Lets everything that waits be answered. */
  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < 20; turn += 1) {
      await new Promise<void>((resolve) => setImmediate(resolve));
      shared.answerOne();
    }
  };
  const listen = () => {
    const heard: number[] = [];
    const notices: number[] = [];
    const leave = hub.subscribe(ADA, {
      receive: ({ events }) => heard.push(...events.map(({ seq }) => seq)),
      notice: (seq) => notices.push(seq),
    });
    return { heard, notices, leave };
  };
  return { ...shared, shared, hub, clock, following, settle, listen };
}

describe('following a log that others write too', () => {
  it('[LG18] announces what others wrote when the heads show it, in order and once', async () => {
    const { elsewhere, here, listen, settle, clock } = createFollowing();
    const { heard } = listen();
    await settle();
    elsewhere();
    here();
    elsewhere();
    clock.advance(POLL_MS);
    await settle();
    expect(heard).toEqual([1, 2, 3]);
  });

  it('[LG18] hands on what this process committed from memory, without reading', async () => {
    const { here, listen, settle, isAsked } = createFollowing();
    const { heard } = listen();
    await settle();
    here();
    here();
    expect(heard).toEqual([1, 2]);
    expect(isAsked()).toBe(false);
  });

  it('[LG18] tells a reader that came before the heads were known where the channel stands', async () => {
    const { elsewhere, listen, settle } = createFollowing();
    elsewhere();
    elsewhere();
    const { heard, notices } = listen();
    await settle();
    expect([heard, notices]).toEqual([[], [2]]);
  });

  it('[SV149] says when a reader hears all that follows: not before it knows where the channel stands', async () => {
    const { elsewhere, listen, settle, following, breakDown, clock } = createFollowing();
    const done: string[] = [];
    await following.standing(ADA);
    breakDown(true);
    const { heard, leave } = listen();
    void following.standing(ADA).then(() => done.push('stands'));
    await settle();
    elsewhere();
    expect(done).toEqual([]);
    breakDown(false);
    clock.advance(POLL_MS);
    await settle();
    expect(done).toEqual(['stands']);
    elsewhere();
    clock.advance(POLL_MS);
    await settle();
    expect(heard).toEqual([2]);
    leave();
    const other = listen();
    const given = following.standing(ADA);
    other.leave();
    await given;
  });

  it('[LG18] looks again when a hint says that anything may have moved, and after the log could not be read', async () => {
    const { shared, elsewhere, listen, settle, clock, following, breakDown } = createFollowing();
    const { heard } = listen();
    await settle();
    elsewhere();
    breakDown(true);
    shared.hint();
    await settle();
    expect([heard, following.lag()]).toEqual([[], 1]);
    breakDown(false);
    clock.advance(POLL_MS);
    await settle();
    expect([heard, following.lag()]).toEqual([[1], 0]);
    following.stop();
    expect(clock.pending).toBe(0);
  });

  it('[LG18] never loses, repeats or swaps an event, however commits, hints, reads and readers fall', async () => {
    const step = fc.constantFrom(
      'elsewhere',
      'commit',
      'tell',
      'hint',
      'answer',
      'poll',
      'leave',
      'turn',
      'break',
      'mend',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 60 }), async (steps) => {
        const following = createFollowing();
        let reader = following.listen();
        const check = (): void => {
          reader.heard.forEach((seq, index) => {
            if (index > 0) expect(seq).toBe((reader.heard[index - 1] ?? 0) + 1);
          });
        };
        for (const one of steps) {
          if (one === 'elsewhere') following.elsewhere();
          if (one === 'commit') following.commit();
          if (one === 'tell') following.tell();
          if (one === 'hint') following.hint();
          if (one === 'answer') following.answerOne();
          if (one === 'poll') following.clock.advance(POLL_MS);
          if (one === 'break' || one === 'mend') following.breakDown(one === 'break');
          if (one === 'turn') await new Promise<void>((resolve) => setImmediate(resolve));
          if (one === 'leave') {
            check();
            reader.leave();
            reader = following.listen();
          }
        }
        following.breakDown(false);
        await following.settle();
        following.clock.advance(POLL_MS);
        await following.settle();
        check();
        const last = Math.max(reader.heard.at(-1) ?? 0, ...reader.notices);
        expect(last).toBe(following.shared.head());
        following.following.stop();
      }),
      { numRuns: 2_000 },
    );
  });
});
