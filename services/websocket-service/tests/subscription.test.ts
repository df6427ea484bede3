import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createWorld, EPOCH, seqsOf } from './support/channel-world';

describe('a subscription', () => {
  it('[SV17] replays exactly what came after the position, and says how many', async () => {
    const world = createWorld();
    world.commit(5);
    world.subscribe({ epoch: EPOCH, seq: 2 });
    await world.settle();
    expect(world.peer.messages[0]).toMatchObject({
      type: 'subscribed',
      recovered: true,
      replayed: 3,
      position: { seq: 5 },
    });
    expect(seqsOf(world.peer)).toEqual([3, 4, 5]);
  });

  it('[SV16] sends what was committed between the snapshot and its announcement once', async () => {
    const world = createWorld();
    world.commit(2);
    const subscription = world.subscribe();
    await world.step();
    world.commit(1);
    world.announce();
    await world.settle();
    expect(world.peer.messages[1]).toMatchObject({
      type: 'snapshot',
      position: { seq: 2 },
      tasks: [{ at: 1 }, { at: 2 }],
    });
    expect(seqsOf(world.peer)).toEqual([3]);
    expect(subscription.head).toEqual({ epoch: EPOCH, seq: 3, eventId: 'e3' });
  });

  it('[SV16] drops an announcement of what the snapshot already held', async () => {
    const world = createWorld();
    world.commit(2);
    world.subscribe();
    await world.settle();
    world.announce();
    world.commit(1);
    world.announce();
    await world.settle();
    expect(seqsOf(world.peer)).toEqual([3]);
  });

  it('[SV16] reads from the log what it was not told', async () => {
    const world = createWorld();
    const subscription = world.subscribe();
    await world.settle();
    world.commit(2);
    world.loseAnnouncement();
    world.commit(1);
    world.announce();
    expect(subscription.head).toBeUndefined();
    await world.settle();
    expect(seqsOf(world.peer)).toEqual([1, 2, 3]);
    expect(subscription.head).toMatchObject({ seq: 3 });
  });

  it('[LG18] reads on when it hears that its channel is ahead of it, and only then', async () => {
    const world = createWorld();
    world.commit(2);
    world.subscribe({ epoch: EPOCH, seq: 0 });
    await world.settle();
    world.commit(2);
    world.loseAnnouncement();
    world.notice(2);
    await world.settle();
    expect(seqsOf(world.peer)).toEqual([1, 2]);
    world.notice(4);
    await world.settle();
    expect(seqsOf(world.peer)).toEqual([1, 2, 3, 4]);
  });

  it('[SV16] loses nothing and repeats nothing, however commits, announcements and reads fall', async () => {
    const act = fc.constantFrom('commit', 'announce', 'step', 'drain');
    await fc.assert(
      fc.asyncProperty(
        fc.array(act, { maxLength: 60 }),
        fc.nat({ max: 4 }),
        fc.boolean(),
        async (acts, start, holds) => {
          const world = createWorld();
          world.commit(4);
          world.announce();
          world.peer.holdsBack = holds;
          world.subscribe({ epoch: EPOCH, seq: start });
          for (const what of acts) {
            if (what === 'commit') world.commit(1);
            else if (what === 'announce') world.announce();
            else if (what === 'step') await world.step();
            else world.peer.drainOne();
          }
          world.announce();
          await world.settle();
          const expected = Array.from({ length: world.head() - start }, (_, index) => start + 1 + index);
          expect(seqsOf(world.peer)).toEqual(expected);
          expect(world.faults).toEqual([]);
        },
      ),
      { numRuns: 300 },
    );
  });

  it.each([
    ['a fresh reader', undefined],
    ['one who comes back', { epoch: EPOCH, seq: 0 }],
  ])(
    '[SV148] brings %s to the head of a channel that is written to during each of its reads',
    async (_who, position) => {
      const world = createWorld();
      world.commit(3_000);
      const subscription = world.subscribe(position);
      const start = position?.seq ?? world.head();
      for (let reads = 0; reads < 40 && subscription.head?.seq !== world.head(); reads += 1) {
        await world.step();
        if (subscription.head !== undefined) break;
        // A commit of the embedded database holds so many writes, and a read waits for one.
        world.commit(128);
        world.announce();
        await world.step();
      }
      expect(subscription.head?.seq).toBe(world.head());
      expect(seqsOf(world.peer)).toEqual(Array.from({ length: world.head() - start }, (_, index) => start + 1 + index));
    },
  );

  it('[SV17] starts again with a snapshot when its history is trimmed behind the first one', async () => {
    const world = createWorld();
    world.peer.holdsBack = true;
    world.commit(3);
    world.subscribe();
    for (let turn = 0; turn < 5; turn += 1) await world.step();
    world.commit(2);
    world.trim();
    world.loseAnnouncement();
    world.notice(5);
    await world.settle();
    expect(world.peer.messages.map((message) => [message.type, message.recovered])).toEqual([
      ['subscribed', false],
      ['snapshot', undefined],
      ['subscribed', false],
      ['snapshot', undefined],
    ]);
  });

  it('[LM5] takes one frame at a time, as the socket drains, and holds nothing else', async () => {
    const world = createWorld();
    world.peer.holdsBack = true;
    world.commit(3);
    world.subscribe({ epoch: EPOCH, seq: 0 });
    for (let turn = 0; turn < 10; turn += 1) await world.step();
    expect(world.peer.frames).toHaveLength(1);
    world.commit(50);
    world.announce();
    for (let turn = 0; turn < 10; turn += 1) await world.step();
    expect(world.peer.frames).toHaveLength(1);
    expect(world.peer.closed).toBeUndefined();
    await world.settle();
    expect(seqsOf(world.peer)).toHaveLength(53);
  });

  it.each([[undefined], [{ epoch: EPOCH, seq: 0 }]])(
    '[LM10] holds what it opened from %j while it is sent, and no longer',
    async (position) => {
      const world = createWorld();
      world.peer.holdsBack = true;
      world.commit(3);
      world.subscribe(position);
      for (let turn = 0; turn < 10; turn += 1) await world.step();
      expect(world.held()).toBe(1);
      await world.settle();
      expect(world.held()).toBe(0);
    },
  );

  it('[LM10] holds nothing after its socket ended', async () => {
    const world = createWorld();
    world.peer.holdsBack = true;
    world.commit(3);
    world.subscribe();
    for (let turn = 0; turn < 10; turn += 1) await world.step();
    world.peer.terminate();
    await world.settle();
    expect(world.held()).toBe(0);
  });

  it('[SV16] sends nothing after its end', async () => {
    const world = createWorld();
    world.commit(3);
    const subscription = world.subscribe();
    await world.step();
    subscription.end();
    world.announce();
    await world.settle();
    expect(world.peer.frames).toEqual([]);
    expect(subscription.head).toBeUndefined();
  });
});
