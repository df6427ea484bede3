import { describe, expect, it } from 'vitest';
import { createHub } from '@/hub/hub';
import type { Channel } from '@/lib/protocol';
import { EventBatch } from '@/ports/event-batch';
import type { LoggedEvent } from '@/ports/event-log';
import type { WireFrame } from '@/ports/wire-frame';
import { textOfFrame } from './support/fake-peer';

function event(channel: Channel, seq: number): LoggedEvent {
  return { channel, seq, eventId: `${channel} ${seq}`, type: 'task_update', body: '{}' };
}

describe('the hub', () => {
  it('[SV19] brings each channel’s events to its own subscribers, in order, in one batch', () => {
    const hub = createHub({ defer: (run) => run() });
    const heard: string[] = [];
    const subscriberOf = (name: string) => ({
      receive: ({ channel, events }: EventBatch) =>
        void heard.push(`${name} ${channel} ${events.map(({ seq }) => seq)}`),
    });
    hub.subscribe('user:ada', subscriberOf('first'));
    hub.subscribe('user:ada', subscriberOf('second'));
    hub.subscribe('user:eve', subscriberOf('third'));
    hub.announce([event('user:ada', 1), event('user:eve', 7), event('user:ada', 2), event('user:bob', 1)]);
    expect(heard).toEqual(['first user:ada 1,2', 'second user:ada 1,2', 'third user:eve 7']);
  });

  it('[SV19] forgets a subscriber that left, once and for all', () => {
    const hub = createHub({ defer: (run) => run() });
    let count = 0;
    const receive = () => {
      count += 1;
    };
    const leave = hub.subscribe('user:ada', { receive });
    const other = hub.subscribe('user:ada', { receive });
    expect(hub.countOf('user:ada')).toBe(2);
    leave();
    leave();
    hub.announce([event('user:ada', 1)]);
    expect([count, hub.countOf('user:ada')]).toEqual([1, 1]);
    other();
    hub.announce([event('user:ada', 2)]);
    expect([count, hub.countOf('user:ada')]).toEqual([1, 0]);
  });

  it('[SV107] brings who hears removals alone nothing else, but tells it where its channel stands', () => {
    const hub = createHub({ defer: (run) => run() });
    const heard: string[] = [];
    const served: string[] = [];
    hub.onServed({
      begin: (channel) => served.push(`begin ${channel}`),
      end: (channel) => served.push(`end ${channel}`),
    });
    const leave = hub.subscribe('user:ada', {
      hears: 'removals',
      receive: ({ events }) => void heard.push(events.map(({ seq }) => seq).join()),
      notice: (seq) => void heard.push(`at ${seq}`),
    });
    hub.subscribe('user:ada', { receive: () => void heard.push('all') })();
    hub.announce([event('user:ada', 1)]);
    hub.announce([event('user:ada', 2), { ...event('user:ada', 3), type: 'access_removed' }]);
    hub.notice('user:ada', 4);
    expect([heard, hub.countOf('user:ada')]).toEqual([['2,3', 'at 4'], 0]);
    leave();
    expect(served).toEqual(['begin user:ada', 'end user:ada']);
  });

  it('[SV107] tells of removals before the events that come with them', () => {
    const hub = createHub({ defer: (run) => run() });
    const heard: string[] = [];
    hub.subscribe('user:ada', { receive: () => void heard.push('all') });
    hub.subscribe('user:ada', { hears: 'removals', receive: () => void heard.push('removals') });
    hub.announce([{ ...event('user:ada', 1), type: 'access_removed' }]);
    expect(heard).toEqual(['removals', 'all']);
  });

  it('[SV66] tells whose access ends nothing of the channel that the same turn brings, before or after it', () => {
    const hub = createHub({ defer: (run) => run() });
    const heard: string[] = [];
    const receive = ({ channel, events }: EventBatch) => void heard.push(`${channel} ${events.map(({ seq }) => seq)}`);
    const leave = hub.subscribe('project:p', { receive });
    hub.subscribe('user:ada', { receive });
    hub.subscribe('user:ada', { hears: 'removals', receive: leave });
    const removal: LoggedEvent = { ...event('user:ada', 1), type: 'access_removed' };
    hub.announce([event('project:p', 1), removal, event('project:p', 2)]);
    expect(heard).toEqual(['user:ada 1']);
  });

  it('[SV20] encodes once for all readers of a dialect, the same bytes for each', () => {
    const hub = createHub({ defer: (run) => run() });
    const taken: (readonly WireFrame[])[] = [];
    let encoded = 0;
    const encode = (events: readonly LoggedEvent[]) => {
      encoded += 1;
      return events.map(({ seq }) => `frame ${seq}`);
    };
    const receive = (batch: EventBatch) => void taken.push(batch.framesBy(encode));
    for (let index = 0; index < 100; index += 1) hub.subscribe('user:ada', { receive });
    hub.announce([event('user:ada', 1), event('user:ada', 2)]);
    expect(encoded).toBe(1);
    expect(taken).toHaveLength(100);
    expect(new Set(taken.map(([first]) => first)).size).toBe(1);
    expect(taken[0]?.map(textOfFrame)).toEqual(['frame 1', 'frame 2']);
  });
});

describe('a batch', () => {
  it('[SV20] knows its ends', () => {
    const batch = new EventBatch('user:ada', [event('user:ada', 4), event('user:ada', 5)]);
    expect([batch.firstSeq, batch.lastSeq]).toEqual([4, 5]);
  });
});
