import { describe, expect, it } from 'vitest';
import { createUuid, type Mutation, type Task } from '@/lib/protocol';
import { type ConflictReceipt, viewAll, waitingCount } from '@/lib/replica';
import { ForeignWorld } from './foreign-world';

const RUNS = Number(process.env.CONVERGENCE_RUNS ?? 150);
const FIRST_SEED = Number(process.env.FIRST_SEED ?? 1);

/** Everything that nobody may lose silently. */
interface Wish {
  readonly mutation: Mutation;
  readonly title: string;
}

const said = (tasks: Iterable<Task>) =>
  [...tasks].map(({ id, title, completed }) => `${id} ${title} ${completed}`).sort();

/** Plays one schedule and returns what was wished, and what became of it. */
async function play(seed: number) {
  const world = new ForeignWorld(seed);
  const { session, random } = world;
  const wishes: Wish[] = [];
  const log: string[] = [];
  // All that were ever given: a later one takes the place of an earlier one of the same field.
  const receipts: ConflictReceipt[] = [];
  session.onPatch((patch) => receipts.push(...patch.receipts));
  const wish = (mutation: Mutation, title: string) => {
    session.submit(mutation);
    const waiting = [...session.replica.pending.values()].flat().map((pending) => pending.mutation);
    if (waiting.some(({ id }) => id === mutation.id)) wishes.push({ mutation, title });
    // What was never sent is taken back together with its deletion.
    else if (mutation.kind === 'delete') forget(({ taskId }) => taskId === mutation.taskId);
    else {
      // What is joined with an earlier change takes its place.
      const joined = waiting.find((each) => each.kind === 'update' && each.changes.title === title);
      if (joined === undefined) return;
      forget(({ id }) => id === joined.id);
      wishes.push({ mutation: joined, title });
    }
  };
  const forget = (isMeant: (mutation: Mutation) => boolean) => {
    for (const each of [...wishes]) if (isMeant(each.mutation)) wishes.splice(wishes.indexOf(each), 1);
  };
  await world.pass(10_000);
  for (let step = 0; step < 60; step++) {
    const shown = viewAll(session.replica);
    const some = shown[Math.floor(random() * shown.length)];
    const dice = Math.floor(random() * 20);
    const title = `mine ${step}`;
    log.push(String(dice));
    if (dice < 4) world.remote('create');
    else if (dice < 7) world.remote('update');
    else if (dice === 7) world.remote('delete');
    else if (dice < 10) {
      const taskId = createUuid();
      const draft = {
        id: taskId,
        title,
        status: 'pending',
        completed: false,
        createdAt: '',
        updatedAt: '',
        ownerId: 'u1',
      };
      wish({ kind: 'create', id: createUuid(), taskId, task: { title }, draft }, title);
    } else if (dice < 13 && some)
      wish({ kind: 'update', id: createUuid(), taskId: some.id, changes: { title } }, title);
    else if (dice === 13 && some) wish({ kind: 'delete', id: createUuid(), taskId: some.id }, '');
    else if (dice === 14) world.trouble(random() < 0.5 ? 'drop' : 'cut');
    else if (dice === 15) world.trouble(random() < 0.4 ? 'offline' : 'online');
    else if (dice === 16) world.trouble(random() < 0.4 ? 'sleep' : 'wake');
    else if (dice === 17) world.isDeaf = random() < 0.5;
    else if (dice === 18)
      world.network.faults = {
        drop: random() / 3,
        duplicate: random() / 3,
        reorder: random() / 3,
        minDelayMs: 5,
        maxDelayMs: 2_000,
      };
    else world.trouble('hint');
    await world.pass(Math.floor(random() * 4) * 500);
  }
  world.calm();
  await world.pass(300_000);
  return { world, session, wishes, receipts, log };
}

describe('a session at a server without versions', () => {
  it(`[RP40, RP44, RP45] ends ${RUNS} schedules equal to the server, with every own change carried out, refused or receipted`, async () => {
    for (let seed = FIRST_SEED; seed < FIRST_SEED + RUNS; seed++) {
      const { world, session, wishes, receipts, log } = await play(seed);
      const label = `seed ${seed}: ${log.join(' ')}`;
      expect(said(viewAll(session.replica)), label).toEqual(said(world.tasks.values()));
      expect(waitingCount(session.replica), label).toBe(0);
      expect(session.getStatus(), label).toEqual({ state: 'live' });
      const { rejections } = session.getFacts();
      const lost = wishes.filter(({ mutation }) => {
        const isRefused = rejections.some((rejection) => rejection.mutation.id === mutation.id);
        // An own new task has another id now; its receipts are told by the title that was wished.
        const isReceipted = receipts.some(
          (receipt) =>
            String(receipt.taskId) === String(mutation.taskId) ||
            (JSON.stringify(receipt.yours) ?? '').includes(titleOf(mutation)),
        );
        return !world.done.has(mutation.id) && !isRefused && !isReceipted && mutation.kind !== 'delete';
      });
      expect(
        lost.map(({ mutation }) => mutation),
        label,
      ).toEqual([]);
      const made = wishes
        .filter(({ mutation }) => mutation.kind === 'create')
        .filter(({ mutation }) => !world.disguised.has(mutation.id))
        .map(({ mutation }) => world.done.get(mutation.id) ?? 0);
      expect(
        made.filter((count) => count > 1),
        label,
      ).toEqual([]);
      session.dispose();
      expect(world.clock.pending, label).toBeLessThan(10);
    }
  }, 600_000);
});

function titleOf(mutation: Mutation): string {
  return mutation.kind === 'update' ? String(mutation.changes.title) : '\0';
}
