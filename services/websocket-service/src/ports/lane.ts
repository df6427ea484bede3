import { writeSync } from 'node:fs';
import { Socket } from 'node:net';
import type { Writable } from 'node:stream';

/**
 * The short way into a plain TCP connection: ready bytes go to the operating system without a request, a queue or a callback
 * of the stream, whose objects are most of what a walk over thousands of connections has to fetch from memory. It may be
 * taken only while `wire` {@link isFree}: a stream that was destroyed has given its descriptor back, and what waits comes first
 * ([SV158]).
 */
export interface Lane {
  readonly wire: Writable;
  readonly descriptor: number;
}

/** The lane of a connection; `undefined` where there is none: TLS, Windows, and what is no connection. */
export function laneOf(wire: Writable): Lane | undefined {
  if (!(wire instanceof Socket) || 'encrypted' in wire) return undefined;
  // Node names the descriptor nowhere else. A version that hides it has no lanes, and everything goes through the stream.
  const handle: unknown = Reflect.get(wire, '_handle');
  const descriptor: unknown = typeof handle === 'object' && handle !== null && 'fd' in handle ? handle.fd : undefined;
  return typeof descriptor === 'number' && descriptor >= 0 ? { wire, descriptor } : undefined;
}

/** Does the connection take bytes, and does nothing wait in it? */
export function isFree(wire: Writable): boolean {
  return wire.writable && wire.writableLength === 0;
}

/**
 * Hands bytes to the operating system.
 *
 * @returns how many it took at once. 0 is its full buffer or a broken connection: whoever then writes to the stream learns which.
 */
export function writeNow(descriptor: number, bytes: Buffer): number {
  try {
    return writeSync(descriptor, bytes);
  } catch {
    return 0;
  }
}
