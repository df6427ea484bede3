import fc from 'fast-check';
import { describe, it } from 'vitest';
import { AccessWorld } from './access-world';

const index = fc.nat(5);
const w = (weight: number, arbitrary: fc.Arbitrary<Step>) => ({ weight, arbitrary });
type Step = (world: AccessWorld) => unknown;
const named = (name: string, run: Step): Step =>
  Object.assign(run, { toString: () => name, [fc.toStringMethod]: () => name });
const is = (name: string, run: Step) => fc.constant(named(name, run));
const step: fc.Arbitrary<Step> = fc.oneof(
  w(
    3,
    is('create', (x) => x.create()),
  ),
  w(
    4,
    fc
      .tuple(index, fc.constantFrom('update', 'delete', 'restore'))
      .map(([i, k]) => named(`change ${i} ${k}`, (x) => x.change(i, k))),
  ),
  w(
    6,
    fc
      .tuple(index, fc.constantFrom('create', 'update', 'delete', 'restore', 'take', 'give', 'take', 'give'))
      .map(([i, k]) => named(`remote ${i} ${k}`, (x) => x.remote(i, k))),
  ),
  w(
    6,
    index.map((i) => named(`serve ${i}`, (x) => x.serve(i))),
  ),
  w(
    6,
    fc
      .tuple(index, fc.constantFrom(false, false, false, true))
      .map(([i, l]) => named(`land ${i} ${l}`, (x) => x.land(i, l))),
  ),
  w(
    5,
    is('hear', (x) => x.hear()),
  ),
  w(
    2,
    is('ask', (x) => x.ask()),
  ),
  w(
    3,
    is('read', (x) => x.read()),
  ),
  w(
    3,
    is('arrive', (x) => x.arrive()),
  ),
  w(
    1,
    is('recover', (x) => x.recover()),
  ),
  w(
    2,
    is('pass', (x) => x.pass()),
  ),
  w(
    2,
    is('refresh', (x) => x.refresh()),
  ),
  w(
    2,
    is('readList', (x) => x.readList()),
  ),
  w(
    2,
    fc.constantFrom(false, false, true).map((l) => named(`giveList ${l}`, (x) => x.giveList(l))),
  ),
  w(
    1,
    is('goBack', (x) => x.goBack()),
  ),
  w(
    1,
    is('backUp', (x) => x.server.backUp()),
  ),
);

describe('what the user sees of tasks that come and go', () => {
  it('[RP62] equals the server in the end, whatever is taken away, given back, brought back or undone by a restored backup', async () => {
    await fc.assert(
      fc.asyncProperty(fc.boolean(), fc.array(step, { maxLength: 50 }), async (isOfBackend, steps) => {
        const world = new AccessWorld(isOfBackend);
        for (const each of steps) {
          await each(world);
          world.check();
        }
        await world.settle();
      }),
      { numRuns: Number(process.env.ACCESS_RUNS ?? 600) },
    );
  });
});
