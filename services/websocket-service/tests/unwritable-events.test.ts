import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createHub } from '@/hub/hub';
import { CloseCode, userChannel } from '@/lib/protocol';
import { nativeFrames } from '@/messages/event-frames';
import {
  realTimeSyncFrames,
  syncServiceFrames,
  taskmdFrames,
  taskUpdateFrames,
  todoFrames,
} from '@/messages/plain-frames';
import { startSession } from '@/messages/start-session';
import type { EncodeEvents } from '@/ports/event-batch';
import type { LoggedEvent } from '@/ports/event-log';
import { Subscription } from '@/session/subscription';
import { effectOfPublished } from '@/tasks/effect-of-published';
import { readPublishedEvent } from '@/tasks/published-event';
import { eventsOf } from '@/tasks/task-events';
import { createFakePeer } from './support/fake-peer';
import { createSessionBench, loggedEvent, settled, storedTask, tokenOf } from './support/session-bench';

const event = (seq: number): LoggedEvent => loggedEvent(storedTask(`t${seq}`), seq);
/** Whoever has to look into it can't. */
const broken = (seq: number): LoggedEvent => ({ ...event(seq), body: '{"no' });

describe('an event that a dialect can’t write', () => {
  it.each([
    ['seed 001', undefined],
    ['seed 002', 'real-time-sync'],
    ['seed 000', 'sync-service'],
  ] as const)('[SV156] ends the readers of %s with 1011, and everybody else hears on', async (_name, dialect) => {
    const bench = createSessionBench();
    const all: LoggedEvent[] = [];
    bench.context.reader.read = async (_channel, after) => all.filter(({ seq }) => seq > after);
    const others: number[] = [];
    bench.hub.subscribe(userChannel('ada'), { receive: ({ events }) => others.push(...events.map(({ seq }) => seq)) });
    const request = { token: tokenOf('ada'), ...(dialect !== undefined && { dialect }) };
    const sessions = [await bench.start(startSession, request), await bench.start(startSession, request)];
    if (dialect === 'real-time-sync')
      for (const session of sessions) await session.say({ type: 'subscribe', all: true });
    bench.hub.subscribe(userChannel('ada'), { receive: ({ events }) => others.push(...events.map(({ seq }) => seq)) });
    for (const next of [event(1), event(2), broken(3), event(4)]) {
      all.push(next);
      bench.announce(next);
      await settled();
    }
    expect(sessions.map(({ peer }) => peer.closed?.code)).toEqual([CloseCode.internalError, CloseCode.internalError]);
    expect(others).toEqual([1, 1, 2, 2, 3, 3, 4, 4]);
  });

  it('[SV156] leaves nobody at a place that was not written', async () => {
    const hub = createHub({ defer: (run) => run() });
    const behind: Subscription[] = [];
    let isBroken = false;
    const encode: EncodeEvents = (events) => {
      if (isBroken) throw new Error('it can’t be written');
      return nativeFrames(events);
    };
    const peers = [createFakePeer(), createFakePeer()];
    const position = { epoch: 'e', seq: 0 };
    for (const outbound of peers) {
      const subscription = new Subscription(userChannel('ada'), position, {
        epoch: 'e',
        reader: {
          open: async () => ({ recovered: true, position, replayed: 0, release: () => {} }),
          read: async () => [],
        },
        outbound,
        encode,
        encodeOpening: () => [],
        onBehind: (late) => behind.push(late),
      });
      hub.subscribe(userChannel('ada'), subscription);
      await subscription.recover();
    }
    hub.announce([event(1)]);
    isBroken = true;
    hub.announce([event(2)]);
    expect(behind.map(({ sentSeq }) => sentSeq)).toEqual([1, 1]);
  });
});

describe('what a backend publishes', () => {
  const anything = fc.oneof(
    fc.jsonValue(),
    fc.constantFrom('', '\ud800', '__proto__', 'done', '2026-13-45T99:99:99Z', '0001-01-01T00:00:00Z', 1e300, -1, true),
    fc.string({ unit: 'binary' }),
  );
  const word = fc.constantFrom('task.created', 'task.updated', 'TASK_COMPLETED', 'TASK_REMOVED', 'task.restored');
  const names = ['id', 'title', 'status', 'completed', 'completed_at', 'created_at', 'updated_at', 'due_date', 'tags'];
  const row = fc.dictionary(fc.oneof(fc.constantFrom(...names, 'priority', 'description'), fc.string()), anything);

  it('[SV156] can be written in every dialect, whatever it is', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(word, row, fc.dictionary(fc.string(), anything)), { minLength: 1, maxLength: 4 }),
        (published) => {
          let standing: Parameters<typeof effectOfPublished>[1];
          const logged: LoggedEvent[] = [];
          for (const [type, data, more] of published) {
            const value = { ...more, type, task_id: 't', user_id: 'ada', data: { title: 'x', ...data, id: 't' } };
            const reading = readPublishedEvent(JSON.parse(JSON.stringify(value)));
            if (!reading.ok) continue;
            const effect = effectOfPublished(reading.event, standing, 0);
            if (effect.outcome !== 'accepted' || effect.fact === undefined) continue;
            standing = { task: effect.task, isDeleted: effect.fact.kind === 'deleted' };
            for (const made of eventsOf(effect.fact, ['user:ada', 'project:p'])) {
              logged.push({ seq: logged.length + 1, ...made } as LoggedEvent);
            }
          }
          const encoders = [
            nativeFrames,
            taskUpdateFrames,
            realTimeSyncFrames,
            taskmdFrames,
            todoFrames,
            syncServiceFrames,
          ];
          for (const encode of encoders) for (const frame of encode(logged)) JSON.parse(frame);
        },
      ),
      { numRuns: 500 },
    );
  });
});
