import { describe, expect, it } from 'vitest';
import type { Mutation } from '@/lib/protocol';
import {
  applyLocal,
  joinLane,
  MAX_UNBORN,
  markSent,
  markUnsent,
  resumeLane,
  viewOf,
  waitingCount,
} from '@/lib/replica';
import { bench, task, update } from './fixtures';

const create = (id: string, taskId: string, fields: object = {}): Mutation => ({
  kind: 'create',
  id,
  taskId,
  task: { title: 'New', ...fields },
  draft: task(taskId, 0, { title: 'New', ...fields }),
});
const remove = (id: string, taskId: string): Mutation => ({ kind: 'delete', id, taskId });
const restore = (id: string, taskId: string): Mutation => ({ kind: 'restore', id, taskId });

/** A replica to which a person's changes are submitted as a session does it. */
function lanes() {
  const { replica, run } = bench();
  return {
    replica,
    run,
    submit: (mutation: Mutation) =>
      run((each, patch) => {
        if (!joinLane(each, mutation, patch)) applyLocal(each, mutation, patch);
      }),
    lane: (key: string) => replica.pending.get(key)?.map(({ mutation }) => mutation) ?? [],
  };
}

describe('own changes that have not left', () => {
  it('[OB8] an update becomes part of the unsent create, under its id, and is shown', () => {
    const { replica, submit, lane } = lanes();
    submit(create('m1', 'n', { priority: 'low', status: 'pending' }));
    submit(update('m2', 'n', { title: 'Better', description: 'More' }));
    submit(update('m3', 'n', { completed: true }));
    expect(lane('n')).toMatchObject([{ kind: 'create', id: 'm1' }]);
    expect(lane('n')[0]).toHaveProperty('task', {
      title: 'Better',
      description: 'More',
      priority: 'low',
      completed: true,
    });
    expect(viewOf(replica, 'n')).toMatchObject({ title: 'Better', completed: true });
  });

  it('[OB8] a field called __proto__ stays plain data', () => {
    const { submit, lane } = lanes();
    submit(create('m1', 'n'));
    submit(update('m2', 'n', JSON.parse('{"__proto__": 1}')));
    expect(JSON.stringify(lane('n')[0])).toContain('"__proto__":1');
  });

  it('[OB21] a delete of an unsent create takes the task’s changes back, and an undo makes it anew', () => {
    const { replica, submit, lane } = lanes();
    submit(create('m1', 'n'));
    submit(update('m2', 'n', { title: 'Better' }));
    expect(submit(remove('m3', 'n')).settled).toEqual(['m1']);
    expect([viewOf(replica, 'n'), waitingCount(replica)]).toEqual([undefined, 0]);
    submit(restore('m4', 'n'));
    expect(lane('n')).toMatchObject([{ kind: 'create', id: 'm4', taskId: 'n', task: { title: 'Better' } }]);
    expect(viewOf(replica, 'n')?.title).toBe('Better');
  });

  it('[OB21] remembers at most so many tasks that were never there', () => {
    const { replica, submit } = lanes();
    for (let n = 0; n <= MAX_UNBORN; n++) {
      submit(create(`c${n}`, `n${n}`));
      submit(remove(`d${n}`, `n${n}`));
    }
    expect([replica.unborn.size, replica.unborn.has('n0')]).toEqual([MAX_UNBORN, false]);
  });

  it('[OB7] a restore takes back a delete that was not sent, and no other', () => {
    const { submit, run, lane, replica } = lanes();
    replica.table.know(replica.table.open('a'), task('a', 1));
    submit(remove('m1', 'a'));
    submit(restore('m2', 'a'));
    expect(lane('a')).toEqual([]);
    submit(remove('m3', 'a'));
    run((each) => markSent(each, 'm3'));
    submit(restore('m4', 'a'));
    expect(lane('a').map(({ id }) => id)).toEqual(['m3', 'm4']);
  });
});

describe('own changes that may have left', () => {
  const sent = (mutation: Mutation, { isLost }: { readonly isLost: boolean }) => {
    const all = lanes();
    all.submit(mutation);
    all.run((each) => markSent(each, mutation.id));
    if (isLost) all.run((each) => markUnsent(each, mutation.id));
    return all;
  };

  it.each([false, true])('[OB22] take no later change into them (answer lost: %s)', (isLost) => {
    const { submit, lane } = sent(create('m1', 'n'), { isLost });
    submit(update('m2', 'n', { title: 'Better' }));
    submit(update('m3', 'n', { title: 'Best' }));
    expect(lane('n')).toMatchObject([
      { id: 'm1', task: { title: 'New' } },
      { id: 'm2', changes: { title: 'Best' } },
    ]);
  });

  it.each([false, true])('[OB22] are deleted by a delete that is sent (answer lost: %s)', (isLost) => {
    const { submit, lane } = sent(create('m1', 'n'), { isLost });
    submit(remove('m2', 'n'));
    expect(lane('n').map(({ id }) => id)).toEqual(['m1', 'm2']);
  });

  it.each(['e1', 'e2'])(
    '[OB22] from an earlier page stay as they are, the head and what follows it (epoch %s)',
    (epoch) => {
      const { replica, run, submit, lane } = lanes();
      replica.epoch = 'e1';
      const kept = [create('m1', 'n'), update('m2', 'n', { title: 'Two' })].map((mutation) => ({
        mutation,
        made: undefined,
        epoch,
      }));
      run((each, patch) => resumeLane(each, kept, true, 0, patch));
      submit(update('m3', 'n', { title: 'Three' }));
      submit(remove('m4', 'n'));
      expect(lane('n').map(({ id }) => id)).toEqual(['m1', 'm2', 'm3', 'm4']);
      expect(lane('n')[1]).toMatchObject({ changes: { title: 'Two' } });
    },
  );
});
