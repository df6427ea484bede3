import { describe, expect, it } from 'vitest';
import type { TaskList } from '@/lib/protocol';
import { applyEvent, applyLocal, applySnapshot, beginSnapshot, gone, markSent, viewOf } from '@/lib/replica';
import { event, bench as replicaBench, task, update } from '@/tests/unit/replica/fixtures';
import { FakeDisk, rest } from './fake-device';
import { at, bench, CHANNEL, wireUpdate } from './fixtures';

const create = { kind: 'create', id: 'm1', taskId: 'n', task: { title: 'N' }, draft: task('n', 0) } as const;
const subscribed = { type: 'subscribed', channel: CHANNEL, recovered: false, replayed: 0, position: at(5) } as const;
const snapshot = (...tasks: TaskList['tasks']) =>
  ({ type: 'snapshot', channel: CHANNEL, position: at(5), tasks }) as const;

/** A session that was connected once, and whose connection has just said hello again. */
function whileAsked(...tasks: TaskList['tasks']) {
  const made = bench({ list: { tasks: [], positions: {}, complete: true } });
  const { connection, timers } = made;
  connection.start(tasks);
  const hello = () => {
    connection.become({ state: 'waiting', attempt: 1, retryAt: 0, reason: 'lost' });
    connection.become({ state: 'handshaking', attempt: 2 });
  };
  const arrive = (...all: TaskList['tasks']) => {
    connection.become({ state: 'connected', since: 1 });
    connection.hear(subscribed);
    connection.hear(snapshot(...all));
  };
  const pass = async (ms: number) => {
    for (const timer of timers.filter((each) => each.ms === ms && !each.cancelled)) {
      timer.cancelled = true;
      timer.run();
    }
    await rest();
  };
  return { ...made, hello, arrive, pass, shows: (id: string) => viewOf(made.session.replica, id) !== undefined };
}

const done = { outcome: 'done', task: task('n', 1), epoch: 'e1' } as const;

describe('what only an answer told', () => {
  it('[RP54] stays on the screen when a snapshot that was asked for before comes later', async () => {
    const { session, flights, hello, arrive, shows } = whileAsked();
    session.submit(create);
    hello();
    await flights[0]?.answer(done);
    arrive();
    expect(shows('n')).toBe(true);
  });

  it('[RP54] leaves it with a snapshot that was asked for after', async () => {
    const { session, flights, hello, arrive, shows } = whileAsked();
    session.submit(create);
    await flights[0]?.answer(done);
    hello();
    arrive();
    expect(shows('n')).toBe(false);
  });

  it('[RP54] does not come back by a snapshot that was asked for before it was told to be gone, but by one of after', async () => {
    const { session, flights, hello, arrive, shows } = whileAsked(task('a', 1));
    session.submit(update('m1', 'a', { title: 'Mine' }));
    hello();
    await flights[0]?.answer({ outcome: 'gone' });
    arrive(task('a', 2));
    expect(shows('a')).toBe(false);
    hello();
    arrive(task('a', 1));
    expect(shows('a')).toBe(true);
  });

  it('[RP10] is of a history that is over once a new epoch begins', async () => {
    const { session, connection, flights, shows } = whileAsked(task('a', 2));
    session.submit(create);
    session.submit(update('m2', 'a', { title: 'Mine' }));
    await flights[0]?.answer(done);
    await flights[1]?.answer({ outcome: 'gone' });
    connection.hear({ type: 'epoch', epoch: 'e2' });
    connection.hear({ ...snapshot(task('a', 1)), position: { epoch: 'e2', seq: 1 } });
    expect([shows('n'), shows('a')]).toEqual([false, true]);
  });

  it('[RP55] an answer shows the new task though a snapshot without it came since it was sent', async () => {
    const { session, flights, hello, arrive, shows } = whileAsked();
    session.submit(create);
    hello();
    arrive();
    await flights[0]?.answer(done);
    expect(shows('n')).toBe(true);
  });

  it('[RP56] a change from before its deletion does not bring it back, and its restoration does', () => {
    const { replica, run } = replicaBench();
    run((r, p) => applySnapshot(r, CHANNEL, [task('a', 2)], p));
    run((r, p) => applyLocal(r, update('m1', 'a', { title: 'Mine' }), p));
    markSent(replica, 'm1');
    run((r, p) => gone(r, 'm1', 0, p));
    for (const version of [3, 4]) {
      const { remote } = run((r, p) => applyEvent(r, event('updated', task('a', version)), 0, p));
      expect(remote).toEqual([]);
      expect(viewOf(replica, 'a')).toBeUndefined();
    }
    run((r, p) => applyLocal(r, { kind: 'restore', id: 'm2', taskId: 'a' }, p));
    expect(viewOf(replica, 'a')?.version).toBe(4);
    run((r, p) => applyEvent(r, event('deleted', task('a', 5)), 0, p));
    run((r, p) => applyEvent(r, event('restored', task('a', 6), { mutationId: 'm2' }), 0, p));
    expect(viewOf(replica, 'a')?.version).toBe(6);
  });

  it('[RP56] nor after an own delete that found nothing, until a list that is asked for later shows it', async () => {
    const { session, connection, flights, shows } = whileAsked(task('a', 2));
    session.submit({ kind: 'delete', id: 'm1', taskId: 'a' });
    await flights[0]?.answer({ outcome: 'done' });
    const events = [wireUpdate('task.updated', task('a', 3), 2)];
    connection.hear({ type: 'events', channel: CHANNEL, position: at(2), events });
    expect(shows('a')).toBe(false);
    beginSnapshot(session.replica, CHANNEL);
    connection.hear(snapshot(task('a', 3)));
    expect(shows('a')).toBe(true);
  });

  it('[RP57] is asked for a second later, and gone when the list lacks it', async () => {
    const { session, connection, flights, hello, arrive, pass, shows } = whileAsked();
    session.submit(create);
    hello();
    await flights[0]?.answer(done);
    arrive();
    await pass(1_000);
    expect(shows('n')).toBe(false);
    // What the channel says of before does not bring it back.
    for (const each of [wireUpdate('task.created', task('n', 1), 6), wireUpdate('task.updated', task('n', 2), 7)]) {
      connection.hear({ type: 'events', channel: CHANNEL, position: at(each.seq), events: [each] });
      expect(shows('n')).toBe(false);
    }
  });

  it('[RP57] nothing is asked for where its event comes first, and again where no list came', async () => {
    const { session, connector, connection, flights, hello, arrive, pass, shows } = whileAsked();
    let lists = 0;
    connector.fetchTasks = async () => {
      lists += 1;
      throw new TypeError('network');
    };
    session.submit(create);
    hello();
    await flights[0]?.answer(done);
    arrive();
    await pass(1_000);
    await pass(500);
    expect([lists, shows('n')]).toEqual([2, true]);
    const events = [wireUpdate('task.created', task('n', 1), 6)];
    connection.hear({ type: 'events', channel: CHANNEL, position: at(6), events });
    await pass(1_000);
    expect([lists, shows('n')]).toEqual([2, true]);
  });

  it('[OB35] is asked for again after waits that are drawn and grow', async () => {
    const { session, connector, flights, timers, hello, arrive, pass } = whileAsked();
    connector.fetchTasks = async () => {
      throw new TypeError('network');
    };
    session.submit(create);
    hello();
    await flights[0]?.answer(done);
    arrive();
    await pass(1_000);
    const waits: (number | undefined)[] = [];
    for (let attempt = 0; attempt < 7; attempt += 1) {
      const ms = timers.findLast(({ cancelled }) => !cancelled)?.ms;
      waits.push(ms);
      await pass(ms ?? 0);
    }
    expect(waits).toEqual([500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000]);
  });

  it('[RP57] a new task of an earlier page that others deleted since is not shown for long', async () => {
    const disk = new FakeDisk();
    const first = disk.device();
    const earlier = bench({ device: first });
    await rest();
    earlier.connection.start([]);
    earlier.session.submit(create);
    await rest();
    first.die();
    const { session, connection, flights, timers } = bench({ device: disk.device() });
    await rest();
    connection.start([]);
    await rest();
    await flights[0]?.answer(done);
    for (const timer of timers.filter(({ ms, cancelled }) => ms === 100 && !cancelled)) timer.run();
    await rest();
    expect(flights).toHaveLength(1);
    expect(viewOf(session.replica, 'n')).toBeUndefined();
  });

  it('[RP59] what was told to be gone is asked for, unless its deletion comes first, and shown again where it is there', async () => {
    const { session, connector, connection, flights, pass, shows } = whileAsked(task('a', 1), task('b', 1));
    let lists = 0;
    connector.fetchTasks = async () => {
      lists += 1;
      return { tasks: [task('a', 1)], positions: {}, complete: true };
    };
    session.submit(update('m1', 'b', { title: 'Mine' }));
    await flights[0]?.answer({ outcome: 'gone' });
    const events = [wireUpdate('task.deleted', task('b', 2), 2)];
    connection.hear({ type: 'events', channel: CHANNEL, position: at(2), events });
    await pass(1_000);
    expect([lists, shows('b')]).toEqual([0, false]);
    session.submit(update('m2', 'a', { title: 'Mine' }));
    await flights[1]?.answer({ outcome: 'gone' });
    expect(shows('a')).toBe(false);
    await pass(1_000);
    expect([lists, shows('a')]).toEqual([1, true]);
  });

  it('[RP59] so is what a list lacked when its event comes all the same', async () => {
    const { session, connector, connection, flights, hello, arrive, pass, shows } = whileAsked();
    session.submit(create);
    hello();
    await flights[0]?.answer(done);
    arrive();
    // A list that lags: the task is not in it yet.
    await pass(1_000);
    expect(shows('n')).toBe(false);
    connector.fetchTasks = async () => ({ tasks: [task('n', 1)], positions: {}, complete: true });
    const events = [wireUpdate('task.created', task('n', 1), 6)];
    connection.hear({ type: 'events', channel: CHANNEL, position: at(6), events });
    await pass(1_000);
    expect(shows('n')).toBe(true);
  });

  it('[RP59] nothing is asked for once the session has ended', async () => {
    const { session, flights, timers } = whileAsked(task('a', 1));
    session.submit(update('m1', 'a', { title: 'Mine' }));
    await flights[0]?.answer({ outcome: 'gone' });
    session.dispose();
    expect(timers.filter(({ cancelled }) => !cancelled)).toEqual([]);
  });
});
