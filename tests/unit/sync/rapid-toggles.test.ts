import { describe, expect, it } from 'vitest';
import type { MutationAnswer, Task } from '@/lib/protocol';
import { viewOf, waitingCount } from '@/lib/replica';
import { createSeededRandom } from '@/lib/testing/seeded-random';
import { ModelServer } from '@/tests/unit/replica/model-server';
import { at, bench, CHANNEL, wireUpdate } from './fixtures';

/** Toggles 20 times while answers and echoes come in any order; true values are the last ones that the person chose. */
async function toggleRapidly(seed: number): Promise<void> {
  const random = createSeededRandom(seed);
  const server = new ModelServer();
  server.remote('a', { title: 'A' });
  const { session, connection, flights, timers } = bench();
  connection.start([...server.tasks.values()]);
  let heard = server.log.length;
  let landed = 0;
  let isDone = false;
  const carriedOut = new Map<number, MutationAnswer>();
  const serve = () => {
    flights.forEach(({ mutation }, index) => {
      if (!carriedOut.has(index)) carriedOut.set(index, server.answer(mutation));
    });
  };
  const land = async () => {
    const flight = flights[landed];
    const answer = carriedOut.get(landed);
    if (flight === undefined || answer === undefined) return;
    landed += 1;
    if (random() < 0.2) await flight.fail();
    else await flight.answer(answer);
    for (const timer of timers.filter(({ cancelled }) => !cancelled)) {
      timer.cancelled = true;
      timer.run();
    }
  };
  const hear = () => {
    const event = server.log[heard];
    if (event === undefined) return;
    heard += 1;
    const extra = event.mutationId === undefined ? {} : { mutationId: event.mutationId };
    const news = wireUpdate('task.updated', event.task as Task, heard, extra);
    connection.hear({ type: 'events', channel: CHANNEL, position: at(heard), events: [news] });
  };
  const check = () => {
    if (viewOf(session.replica, 'a')?.completed !== isDone) throw new Error(`An old value was shown (seed ${seed}).`);
  };
  for (let toggles = 0; toggles < 20; ) {
    const draw = random();
    if (draw < 0.4) {
      isDone = !isDone;
      toggles += 1;
      const changes = { completed: isDone, status: isDone ? 'completed' : 'pending' };
      session.submit({ kind: 'update', id: `m${toggles}`, taskId: 'a', changes });
    } else if (draw < 0.6) serve();
    else if (draw < 0.8) await land();
    else hear();
    check();
  }
  for (let round = 0; round < 200 && (waitingCount(session.replica) > 0 || heard < server.log.length); round++) {
    serve();
    await land();
    hear();
    check();
  }
  expect([waitingCount(session.replica), server.tasks.get('a')?.completed]).toEqual([0, isDone]);
}

describe('20 rapid toggles', () => {
  it('[OB18] never show an old value, whatever the order of answers and echoes', async () => {
    const first = Number(process.env.TOGGLE_SEED ?? 1);
    for (let seed = first; seed < first + 300; seed++) await toggleRapidly(seed);
  });
});
