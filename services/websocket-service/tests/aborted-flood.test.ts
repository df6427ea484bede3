import { Duplex } from 'node:stream';
import { expect, it } from 'vitest';
import { FrameGate } from '@/upgrade/frame-gate';
import { ServiceSocket } from '@/upgrade/service-socket';
import { SlowReads } from '@/upgrade/slow-reads';
import { createManualClock } from './support/manual-clock';

/** A masked text frame of one letter; the mask is zero. */
function frameOf(letter: string): Buffer {
  return Buffer.from([0x81, 0x81, 0, 0, 0, 0, letter.charCodeAt(0)]);
}

function framesOf(letter: string): Buffer {
  return Buffer.concat(Array.from({ length: 500 }, () => frameOf(letter)));
}

it('[SV155] what waited in a connection that was cut off is not read past what waited at the gate', async () => {
  const wire = new Duplex({ read: () => {}, write: (_chunk, _encoding, done) => done() });
  const socket: ServiceSocket = Reflect.construct(ServiceSocket, [null, undefined, {}]);
  Reflect.apply(Reflect.get(socket, 'setSocket'), socket, [
    wire,
    Buffer.alloc(0),
    { allowSynchronousEvents: true, maxPayload: 1024, maxFragments: 100 },
  ]);
  const { now, after } = createManualClock();
  const rate = { count: 100_000, perMs: 1_000 };
  FrameGate.put(socket, wire, { rate, now, refuse: () => {}, slowReads: new SlowReads(after) });
  const heard: string[] = [];
  socket.on('message', (data) => heard.push(String(data)));
  wire.push(framesOf('a'));
  await new Promise((resolve) => setImmediate(resolve));
  expect(wire.isPaused()).toBe(true);
  wire.push(framesOf('b'));
  const closed = new Promise((resolve) => wire.once('close', resolve));
  wire.destroy();
  await closed;
  await new Promise((resolve) => setImmediate(resolve));
  expect(heard).toContain('a');
  expect(heard).not.toContain('b');
});
