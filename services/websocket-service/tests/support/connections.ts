import { connect, createServer, type Socket } from 'node:net';
import fc from 'fast-check';
import { onTestFinished } from 'vitest';
import { Ways } from '@/hub/ways';
import { noMetrics } from '@/ports/metrics';
import type { Sender } from '@/ports/sender';
import { WireFrame } from '@/ports/wire-frame';
import { WriteTurn } from '@/ports/write-turn';
import { Outbound } from '@/session/outbound';
import { createManualClock } from './manual-clock';

const LIMITS = { maxQueuedBytes: Number.MAX_SAFE_INTEGER, maxStallMs: 1_000_000 };

/** Both ends of a TCP connection; `wire` is the accepted one. */
export interface Connection {
  readonly wire: Socket;
  readonly client: Socket;
}

/** Makes one, which ends with the test. @param beforeAccept Called when only the accepted end still needs a descriptor. */
export async function connection(beforeAccept = () => {}): Promise<Connection> {
  const server = createServer({ noDelay: true });
  const accepted = new Promise<Socket>((resolve) => server.once('connection', resolve));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const client = connect({ port: typeof address === 'object' ? (address?.port ?? 0) : 0, host: '127.0.0.1' });
  // Until then the client asks for its own.
  await new Promise<void>((resolve) => process.nextTick(resolve));
  beforeAccept();
  const wire = await accepted;
  for (const end of [wire, client]) end.on('error', () => {});
  onTestFinished(() => {
    wire.destroy();
    client.destroy();
    server.close();
  });
  return { wire, client };
}

/** The way out over a connection, without bounds. */
export function wayOutOf(wire: Socket, turn: WriteTurn): Outbound {
  const socket = { isServed: true, ping() {}, close() {}, terminate() {} };
  return new Outbound(socket, wire, { clock: createManualClock(), turn, metrics: noMetrics, limits: LIMITS });
}

/** A walk over one reader. */
export function walkOver(wire: Socket, sender?: Sender) {
  const turn = new WriteTurn(sender);
  const outbound = wayOutOf(wire, turn);
  const ways = new Ways();
  ways.add(outbound);
  return { turn, outbound, give: (text: string) => ways.give(WireFrame.of(text), turn) };
}

/** One turn of the event loop. */
export const loopTurn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** A short text, or one that fills a connection. */
export const text = fc
  .record({
    letter: fc.constantFrom('a', 'b', 'c'),
    length: fc.oneof(fc.integer({ max: 900, min: 1 }), fc.constant(700_000)),
  })
  .map(({ letter, length }) => letter.repeat(length));
