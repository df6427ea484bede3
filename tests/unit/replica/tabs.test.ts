import fc from 'fast-check';
import { describe, it } from 'vitest';
import { TabsWorld } from './tabs-world';

type Step = (world: TabsWorld) => unknown;

const named = (name: string, run: Step): Step =>
  Object.assign(run, { toString: () => name, [fc.toStringMethod]: () => name });
const tab = fc.nat(1);
const channel = fc.nat(1);
const index = fc.nat(4);
const rarely = fc.constantFrom(false, false, false, true);

/** A step of one tab. */
function of(weight: number, name: 'ask' | 'connect' | 'pass' | 'refresh' | 'readList'): fc.WeightedArbitrary<Step> {
  return { weight, arbitrary: tab.map((t) => named(`${name} ${t}`, (x) => x.tab(t)[name]())) };
}

/** A step of one channel of one tab. */
function ofChannel(weight: number, name: 'hear' | 'drain' | 'read' | 'arrive' | 'recover'): fc.WeightedArbitrary<Step> {
  return {
    weight,
    arbitrary: fc.tuple(tab, channel).map(([t, c]) => named(`${name} ${t} ${c}`, (x) => x.tab(t)[name](c))),
  };
}

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.tuple(tab, fc.boolean()).map(([t, p]) => named(`create ${t} ${p}`, (x) => x.create(t, p))),
  },
  {
    weight: 5,
    arbitrary: fc
      .tuple(tab, index, fc.constantFrom('update', 'update', 'move', 'delete', 'restore'))
      .map(([t, i, k]) => named(`change ${t} ${i} ${k}`, (x) => x.change(t, i, k))),
  },
  {
    weight: 7,
    arbitrary: fc
      .tuple(
        index,
        fc.constantFrom('create', 'update', 'delete', 'restore', 'take', 'give', 'move', 'move', 'make', 'take'),
      )
      .map(([i, k]) => named(`remote ${i} ${k}`, (x) => x.remote(i, k))),
  },
  {
    weight: 7,
    arbitrary: fc.tuple(tab, index).map(([t, i]) => named(`serve ${t} ${i}`, (x) => x.tab(t).serve(i))),
  },
  {
    weight: 7,
    arbitrary: fc
      .tuple(tab, index, rarely)
      .map(([t, i, l]) => named(`land ${t} ${i} ${l}`, (x) => x.tab(t).land(i, l))),
  },
  ofChannel(8, 'hear'),
  ofChannel(3, 'drain'),
  of(2, 'ask'),
  of(2, 'connect'),
  ofChannel(4, 'read'),
  ofChannel(4, 'arrive'),
  ofChannel(3, 'recover'),
  of(2, 'pass'),
  of(1, 'refresh'),
  of(2, 'readList'),
  {
    weight: 2,
    arbitrary: fc.tuple(tab, rarely).map(([t, l]) => named(`giveList ${t} ${l}`, (x) => x.tab(t).giveList(l))),
  },
  {
    weight: 3,
    arbitrary: fc
      .tuple(tab, fc.boolean(), fc.boolean())
      .map(([t, k, s]) => named(`reload ${t} ${k} ${s}`, (x) => x.reload(t, k, s))),
  },
  { weight: 1, arbitrary: fc.constant(named('goBack', (x) => x.goBack())) },
  { weight: 1, arbitrary: fc.constant(named('backUp', (x) => x.server.backUp())) },
  { weight: 1, arbitrary: fc.constant(named('freeze', (x) => x.disk.freeze())) },
  { weight: 1, arbitrary: fc.constant(named('thaw', (x) => x.disk.thaw())) },
);

/** Schedules that once showed something wrong. */
const FOUND: readonly Step[][] = [
  // A list that was read before a snapshot came after it, and showed what was taken away between the two.
  [(x) => x.reload(0, true, false), (x) => x.tab(0).refresh(), (x) => x.tab(0).readList(), (x) => x.remote(0, 'take')],
  // The answer of an epoch that was over took the version away …
  [(x) => x.change(0, 0, 'update'), (x) => x.reload(0, false, true), (x) => x.server.backUp(), (x) => x.goBack()],
  // … also in the other tab, which took a change over that was answered already, while that was being written.
  [
    (x) => x.create(0, false),
    (x) => x.tab(0).serve(0),
    (x) => x.server.backUp(),
    (x) => x.tab(0).hear(0),
    (x) => x.goBack(),
  ],
  // What the inbox said to be deleted came back by the project, which lagged …
  [
    ...['move', 'move', 'move', 'delete'].map((kind) => (x: TabsWorld) => x.remote(0, kind as 'move' | 'delete')),
    (x) => x.tab(0).drain(0),
    (x) => x.tab(0).hear(1),
    (x) => x.tab(0).hear(1),
    (x) => x.tab(0).hear(1),
  ],
  // … and what only an answer had told of left the screen with the project's snapshot.
  [
    (x) => x.create(0, false),
    (x) => x.tab(0).serve(0),
    (x) => x.tab(0).land(0, false),
    (x) => x.tab(0).ask(),
    (x) => x.tab(0).read(1),
    (x) => x.tab(0).arrive(1),
  ],
];

describe('the tabs of a browser', () => {
  it('[RP65] show after every step what can be explained and in the end what the server has, whatever is reloaded, moved or undone', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: Number(process.env.TABS_STEPS ?? 60) }), async (steps) => {
        const world = await TabsWorld.open();
        for (const each of steps) {
          await each(world);
          world.check();
        }
        await world.settle();
      }),
      { numRuns: Number(process.env.TABS_RUNS ?? 300), examples: FOUND.map((steps) => [steps]) },
    );
  });
});
