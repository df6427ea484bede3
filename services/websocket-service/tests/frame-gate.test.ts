import { Duplex } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CloseCode } from '@/lib/protocol';
import { FrameGate, type GatedSocket } from '@/upgrade/frame-gate';
import { FrameWalker } from '@/upgrade/frame-walker';
import { SlowReads } from '@/upgrade/slow-reads';
import { CONTINUATION, FINAL, frame, openBare, PING, PONG, TEXT } from './support/bare-socket';
import { createManualClock } from './support/manual-clock';
import { PATIENT_MS, POLLING } from './support/patience';
import { startTestService } from './support/test-service';
import { helloOf, openNative } from './support/test-socket';

const EMPTY_PING = frame(FINAL | PING, '');

/** A gate before a parser that only keeps what it gets; the connection flows. */
async function createGate(count: number) {
  const parsed: Buffer[] = [];
  const refusals: number[] = [];
  const wire = new Duplex({ read() {}, write: (_chunk, _encoding, done) => done() });
  wire.on('data', (chunk: Buffer) => parsed.push(chunk));
  const clock = createManualClock();
  const socket = { isServed: true, awaitsClose: false };
  FrameGate.put(socket as unknown as GatedSocket, wire, {
    rate: { count, perMs: 1_000 },
    now: () => 0,
    slowReads: new SlowReads(clock.after),
    refuse(_socket, retryAfterMs) {
      socket.isServed = false;
      refusals.push(retryAfterMs);
    },
  });
  const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
  await turn();
  return { wire, socket, clock, parsed, refusals, turn };
}

describe('a walk over frames', () => {
  const anyFrame = fc
    .record({
      payload: fc.oneof(fc.nat(130), fc.constantFrom(125, 126, 127, 65_535, 65_536)),
      isMasked: fc.boolean(),
    })
    .map(({ payload, isMasked }) => frame(FINAL | TEXT, Buffer.alloc(payload, 0x88), isMasked));

  it('[LM19] counts every frame once, wherever chunks end', () => {
    fc.assert(
      fc.property(fc.array(anyFrame, { maxLength: 8 }), fc.array(fc.nat(), { maxLength: 12 }), (frames, cuts) => {
        const bytes = Buffer.concat(frames);
        const walker = new FrameWalker();
        const ends = [...new Set([...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length])].sort((a, b) => a - b);
        let [start, count] = [0, 0];
        for (const end of ends) {
          const chunk = bytes.subarray(start, end);
          expect(walker.walk(chunk, 0, 1_000)).toBe(chunk.length);
          count += walker.frames;
          start = end;
        }
        expect(count).toBe(frames.length);
      }),
    );
  });

  it('[LM19] stops where the last frame that it may take has ended', () => {
    fc.assert(
      fc.property(
        fc.array(anyFrame, { minLength: 1, maxLength: 8 }),
        fc.integer({ min: 1, max: 8 }),
        (frames, most) => {
          const walker = new FrameWalker();
          const taken = frames.slice(0, most);
          expect(walker.walk(Buffer.concat(frames), 0, most)).toBe(Buffer.concat(taken).length);
          expect(walker.frames).toBe(taken.length);
        },
      ),
    );
  });
});

describe('the gate of a socket', () => {
  it('[LM19] lets a few frames of a chunk pass in each turn, all of them in order', async () => {
    const { wire, parsed, turn } = await createGate(1_000);
    const chunk = Buffer.concat(Array.from({ length: 100 }, (_, index) => frame(FINAL | TEXT, `${index}`)));
    wire.push(chunk);
    const [later, last] = [frame(FINAL | TEXT, 'later'), frame(FINAL | TEXT, 'last')];
    expect(parsed.length).toBe(1);
    expect(parsed[0]?.length).toBeLessThan(chunk.length / 2);
    wire.push(later);
    await turn();
    wire.push(last);
    const whole = Buffer.concat([chunk, later, last]);
    await expect.poll(() => Buffer.concat(parsed).length, POLLING).toBe(whole.length);
    expect(Buffer.concat(parsed).equals(whole)).toBe(true);
    expect(parsed.length).toBeGreaterThan(4);
  });

  it('[LM19] refuses before anybody reads what is too much', async () => {
    const { wire, parsed, refusals, turn } = await createGate(50);
    wire.push(Buffer.concat(Array(100).fill(EMPTY_PING)));
    await expect.poll(() => refusals, POLLING).toHaveLength(1);
    await turn();
    expect(Buffer.concat(parsed).length).toBe(48 * EMPTY_PING.length);
    expect(refusals[0]).toBeGreaterThan(0);
  });

  it('[LM19] reads on where fewer frames are allowed than it reads in a turn', async () => {
    const { wire, parsed, refusals } = await createGate(3);
    wire.push(Buffer.concat([EMPTY_PING, EMPTY_PING, EMPTY_PING]));
    await expect.poll(() => Buffer.concat(parsed).length, POLLING).toBe(3 * EMPTY_PING.length);
    expect(refusals).toEqual([]);
  });

  it('[LM24] reads nothing from a socket whose close waits', async () => {
    const { wire, socket, parsed, turn } = await createGate(1_000);
    Object.assign(socket, { isServed: false, awaitsClose: true });
    for (let chunk = 0; chunk < 3; chunk += 1) wire.push(EMPTY_PING);
    await turn();
    await turn();
    expect([parsed, wire.readableFlowing, wire.readableLength]).toEqual([[], false, 2 * EMPTY_PING.length]);
  });

  it('[LM24] takes what still comes behind a close a read at a time, and others wait for none of it', async () => {
    const { wire, socket, clock, turn } = await createGate(1_000);
    socket.isServed = false;
    wire.push(EMPTY_PING);
    await turn();
    expect(wire.readableFlowing).toBe(true);
    for (let chunk = 0; chunk < 3; chunk += 1) wire.push(Buffer.alloc(64 * 1024));
    for (const left of [2, 1, 0]) {
      await turn();
      expect([wire.readableLength, wire.readableFlowing]).toEqual([left * 64 * 1024, false]);
      clock.advance(5);
    }
    await turn();
    expect([wire.readableFlowing, clock.pending]).toEqual([true, 0]);
  });

  it('[LM24] passes over connections that were cut off meanwhile', async () => {
    const clock = createManualClock();
    const slowReads = new SlowReads(clock.after);
    const wires = [0, 1, 2].map(() => new Duplex({ read() {} }));
    for (const wire of wires) slowReads.add(wire);
    wires[0]?.destroy();
    clock.advance(5);
    expect(wires.map((wire) => wire.isPaused())).toEqual([true, false, true]);
    clock.advance(5);
    expect([wires[2]?.isPaused(), clock.pending]).toEqual([false, 0]);
  });

  it('[LM20] drops what comes to a socket that is closing, and what it had held back', async () => {
    const { wire, socket, parsed, turn } = await createGate(1_000);
    wire.push(Buffer.concat(Array(100).fill(EMPTY_PING)));
    socket.isServed = false;
    const before = parsed.length;
    expect(before).toBe(1);
    await turn();
    wire.push(EMPTY_PING);
    await expect.poll(() => wire.readableLength, POLLING).toBe(0);
    await turn();
    expect(parsed.length).toBe(before);
    expect(wire.readableFlowing).toBe(true);
  });
});

describe('floods of frames', { timeout: PATIENT_MS }, () => {
  const limits = { framesPerConnection: { count: 200, perMs: 60_000 } };

  it.each([
    ['pings', Buffer.concat(Array(201).fill(EMPTY_PING))],
    ['pongs', Buffer.concat(Array(201).fill(frame(FINAL | PONG, 'x')))],
    ['pieces', Buffer.concat([frame(TEXT, '{'), ...Array(201).fill(frame(CONTINUATION, ' '))])],
    ['empty pieces', Buffer.concat([frame(TEXT, ''), ...Array(201).fill(frame(CONTINUATION, ''))])],
  ])('[LM19] of %s close with 4429 and advice, and a bystander hears on', async (_what, flood) => {
    const { url, signIn } = await startTestService({ limits });
    const ada = await signIn('Ada');
    const bystander = await openNative(url, ada.token);
    const { socket, closeCode, closeReason } = await openBare(url);
    socket.write(flood);
    expect(await closeCode()).toBe(CloseCode.tooMany);
    expect(JSON.parse(closeReason()).retryAfterMs).toBeGreaterThan(0);
    const { id } = await ada.create();
    await bystander.waitFor((message) => message.taskId === id);
  });

  it('[LM18] a message in more pieces than allowed closes with 1009 before it ends', async () => {
    const { url } = await startTestService({ limits: { maxFragments: 100 } });
    const { socket, closeCode } = await openBare(url);
    socket.write(frame(TEXT, '{'));
    for (let piece = 0; piece < 100; piece += 1) socket.write(frame(CONTINUATION, ' '));
    expect(await closeCode()).toBe(CloseCode.tooLarge);
  });

  it('[LM18] as many pieces as allowed are put together', async () => {
    const { url, signIn } = await startTestService({ limits: { maxFragments: 100 } });
    const { socket, text } = await openBare(url);
    const hello = JSON.stringify(helloOf((await signIn('Ada')).token));
    const size = Math.ceil(hello.length / 99);
    const pieces = Array.from({ length: 99 }, (_, index) => hello.slice(index * size, (index + 1) * size));
    for (const [index, piece] of pieces.entries()) socket.write(frame(index === 0 ? TEXT : CONTINUATION, piece));
    socket.write(frame(FINAL | CONTINUATION, ''));
    await expect.poll(text, POLLING).toContain('"welcome"');
  });

  it('[LM20] the connection of whom the service closed ends, though the peer answers nothing, and counts by its code', async () => {
    // Else the time that a peer has for its answer, or for that to a ping, would end it too.
    const limits = { closeTimeoutMs: 10 * 60_000, pingIntervalMs: 10 * 60_000 };
    const { url, internalUrl } = await startTestService({ limits });
    const { socket, closeCode, ended } = await openBare(url);
    socket.write(frame(FINAL | TEXT, 'no JSON'));
    expect(await closeCode()).toBe(CloseCode.badMessage);
    await ended;
    socket.end(EMPTY_PING);
    const metrics = async () => (await fetch(`${internalUrl}/metrics`)).text();
    await expect.poll(metrics, POLLING).toContain('taskwire_closes_total{code="4400"} 1');
  });
});
