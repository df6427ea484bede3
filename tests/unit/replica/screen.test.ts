import fc from 'fast-check';
import { describe, it } from 'vitest';
import { ScreenWorld } from './screen-world';

const index = fc.nat(5);
const step = fc.oneof(
  { weight: 3, arbitrary: fc.constant({ do: 'create' as const }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('change' as const), index, kind: fc.constantFrom('update', 'delete') }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('remote' as const),
      index,
      kind: fc.constantFrom('update', 'delete', 'delete', 'create'),
    }),
  },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('serve' as const), index }) },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('land' as const),
      index,
      isLost: fc.constantFrom(false, false, false, true),
    }),
  },
  { weight: 4, arbitrary: fc.constant({ do: 'hear' as const }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('ask' as const), isNew: fc.constantFrom(true, true, false) }) },
  { weight: 3, arbitrary: fc.constant({ do: 'read' as const }) },
  { weight: 3, arbitrary: fc.constant({ do: 'arrive' as const }) },
  { weight: 1, arbitrary: fc.constant({ do: 'recover' as const }) },
  { weight: 2, arbitrary: fc.constant({ do: 'pass' as const }) },
  { weight: 2, arbitrary: fc.constant({ do: 'readList' as const }) },
  { weight: 2, arbitrary: fc.constant({ do: 'giveList' as const }) },
);

type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

async function take(world: ScreenWorld, each: Step): Promise<void> {
  switch (each.do) {
    case 'change':
      return world.change(each.index, each.kind);
    case 'remote':
      return world.remote(each.index, each.kind);
    case 'serve':
      return world.serve(each.index);
    case 'land':
      return world.land(each.index, each.isLost);
    case 'ask':
      return world.ask(each.isNew);
    default:
      return world[each.do]();
  }
}

const served = { do: 'serve', index: 0 } as const;
const landed = { do: 'land', index: 0, isLost: false } as const;
const heard = { do: 'hear' } as const;
const asked = { do: 'ask', isNew: true } as const;
const read = { do: 'read' } as const;
const arrived = { do: 'arrive' } as const;
const made = { do: 'create' } as const;
const changed = { do: 'change', index: 0, kind: 'update' } as const;
const updated = { do: 'remote', index: 0, kind: 'update' } as const;
const removed = { do: 'remote', index: 0, kind: 'delete' } as const;

/** Schedules that once showed something wrong. */
const FOUND: readonly Step[][] = [
  // An answer overtook a snapshot that was read before the task was made: the task left the screen.
  [asked, read, made, served, landed, arrived],
  // So it did when the snapshot came between the request and its answer.
  [made, asked, read, arrived, served, landed],
  // A 404 overtook an update and the deletion: the update brought the task back …
  [changed, updated, removed, served, landed, heard, heard],
  // … and so did a snapshot that was read between the two.
  [changed, asked, updated, read, removed, served, landed, arrived],
];

describe('what the user sees', () => {
  it('[RP58] lacks no own task and shows none that is gone, whatever overtakes what', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const world = new ScreenWorld();
        world.check();
        for (const each of steps) {
          await take(world, each);
          world.check();
        }
        await world.settle();
      }),
      { numRuns: Number(process.env.SCREEN_RUNS ?? 400), examples: FOUND.map((steps) => [steps]) },
    );
  });
});
