import { describe, expect, it } from 'vitest';
import type { Task, TaskUpdate } from '@/lib/protocol';
import { FakeDisk, rest } from './fake-device';
import { at, bench, CHANNEL, task, wireUpdate } from './fixtures';

const [ada, bob] = [
  { id: 'u2', name: 'Ada' },
  { id: 'u3', name: 'Bob' },
];
const mine = { kind: 'update', id: 'm1', taskId: 'a', changes: { title: 'Mine' } } as const;

/** An update of the task by somebody else. */
const theirs = (version: number, fields: Partial<Task>, actor = ada): TaskUpdate =>
  wireUpdate('task.updated', task('a', version, fields), version, { actor, changedFields: Object.keys(fields) });

type Bench = ReturnType<typeof bench>;

const hear = ({ connection }: Bench, ...events: readonly TaskUpdate[]) => {
  for (const event of events) {
    connection.hear({ type: 'events', channel: CHANNEL, position: at(event.seq), events: [event] });
  }
};

/** A session whose change of the title is on its way. */
function inFlight(options: Parameters<typeof bench>[0] = {}): Bench {
  const page = bench(options);
  page.connection.start([task('a', 1)]);
  page.session.submit(mine);
  return page;
}

const receiptsOf = ({ session }: Bench) => session.getFacts().receipts;

describe('who a receipt of a refused change names', () => {
  it('[OB33] is told by the event that follows the answer', async () => {
    const page = inFlight();
    await page.flights[0]?.answer({ outcome: 'conflict', current: task('a', 3, { title: 'Theirs' }) });
    expect(receiptsOf(page)).toMatchObject([{ yours: 'Mine', theirs: 'Theirs' }]);
    expect(receiptsOf(page)[0]).not.toHaveProperty('actor');
    hear(page, theirs(2, { title: 'Theirs' }), theirs(3, { description: 'more' }, bob));
    expect(receiptsOf(page)).toMatchObject([{ yours: 'Mine', theirs: 'Theirs', actor: ada }]);
  });

  it('[OB33] is told by the event that came before the answer', async () => {
    const page = inFlight();
    hear(page, theirs(2, { title: 'Theirs' }), theirs(3, { title: 'Theirs', description: 'more' }, bob));
    await page.flights[0]?.answer({
      outcome: 'conflict',
      current: task('a', 3, { title: 'Theirs', description: 'more' }),
    });
    expect(receiptsOf(page)).toMatchObject([{ theirs: 'Theirs', actor: ada }]);
  });

  it('[OB33] is nobody who made it something else, or later, or did not change it', async () => {
    const page = inFlight();
    hear(page, theirs(2, { title: 'Ada’s' }));
    await page.flights[0]?.answer({ outcome: 'conflict', current: task('a', 4, { title: 'Theirs' }) });
    hear(page, theirs(3, { title: 'Passing' }), { ...theirs(4, { title: 'Theirs' }), changedFields: ['description'] });
    hear(page, theirs(5, { title: 'Theirs' }));
    expect(receiptsOf(page)).toMatchObject([{ theirs: 'Theirs' }]);
    expect(receiptsOf(page)[0]).not.toHaveProperty('actor');
  });

  it('[OB33] is the last of those who made it what it is', async () => {
    const page = inFlight();
    await page.flights[0]?.answer({ outcome: 'conflict', current: task('a', 4, { title: 'Theirs' }) });
    hear(page, theirs(2, { title: 'Theirs' }), theirs(3, { title: 'Passing' }), theirs(4, { title: 'Theirs' }, bob));
    expect(receiptsOf(page)).toMatchObject([{ actor: bob }]);
  });

  it('[OB33] is who deleted the task, and who edited the one that was to be deleted', async () => {
    const deleted = inFlight();
    await deleted.flights[0]?.answer({ outcome: 'gone' });
    const end = { id: 'a', version: 2 };
    hear(deleted, { ...theirs(2, {}), event: 'task.deleted', task: end } as TaskUpdate);
    expect(receiptsOf(deleted)).toMatchObject([{ field: '*', yours: { title: 'Mine' }, actor: ada }]);

    for (const isBefore of [true, false]) {
      const edited = bench();
      edited.connection.start([task('a', 1)]);
      edited.session.submit({ kind: 'delete', id: 'm2', taskId: 'a' });
      if (isBefore) hear(edited, theirs(2, { title: 'Theirs' }));
      await edited.flights[0]?.answer({ outcome: 'conflict', current: task('a', 2, { title: 'Theirs' }) });
      if (!isBefore) hear(edited, theirs(2, { title: 'Theirs' }));
      expect(receiptsOf(edited)).toMatchObject([{ field: '*', theirs: { title: 'Theirs' }, actor: ada }]);
    }
  });

  it('[OB33] brings no receipt back that was dealt with, and is kept over a reload', async () => {
    const dealt = inFlight();
    await dealt.flights[0]?.answer({ outcome: 'conflict', current: task('a', 2, { title: 'Theirs' }) });
    dealt.session.dropNotices(new Set(['a:title']));
    hear(dealt, theirs(2, { title: 'Theirs' }));
    expect(receiptsOf(dealt)).toEqual([]);

    const disk = new FakeDisk();
    const device = disk.device();
    const page = bench({ device });
    await rest();
    page.connection.start([task('a', 1)]);
    page.session.submit(mine);
    await rest();
    await page.flights[0]?.answer({ outcome: 'conflict', current: task('a', 2, { title: 'Theirs' }) });
    hear(page, theirs(2, { title: 'Theirs' }));
    await rest();
    device.die();
    const next = bench({ device: disk.device() });
    await rest();
    expect(receiptsOf(next)).toMatchObject([{ yours: 'Mine', theirs: 'Theirs', actor: ada }]);
  });
});
