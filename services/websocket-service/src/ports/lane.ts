import { Socket } from 'node:net';
import type { Writable } from 'node:stream';

const LANE = Symbol('lane');

/**
 * By descriptor, the ticket of the lane that is known to be free; 0: none is. A walk over thousands of connections looks here
 * and nowhere else: what it would have to fetch of each stream is most of what such a walk waits for.
 */
let freeTickets = new Float64Array(64);
let lastTicket = 0;

/**
 * The short way into a plain TCP connection: ready bytes go to the operating system without a request, a queue or a callback
 * of the stream. It may be taken only while it {@link Lane.isFree}: a connection that was destroyed has given its descriptor
 * back, and what waits comes first ([SV158]).
 */
export class Lane {
  /** No other lane has or had it, though its descriptor may be given again. */
  readonly ticket = ++lastTicket;
  #isShut = false;

  private constructor(
    private readonly wire: Socket,
    readonly descriptor: number,
  ) {
    // All are looked at once more.
    if (descriptor >= freeTickets.length) freeTickets = new Float64Array(2 * descriptor);
    Object.assign(wire, { [LANE]: this, ...GUARDS });
  }

  /** The lane of a connection, always the same; `undefined` where there is none: TLS, Windows, and what is no connection. */
  static of(wire: Writable): Lane | undefined {
    if (!(wire instanceof Socket) || 'encrypted' in wire) return undefined;
    // Node names the descriptor nowhere else. A version that hides it has no lanes, and everything goes through the stream.
    const handle: unknown = Reflect.get(wire, '_handle');
    const descriptor: unknown = typeof handle === 'object' && handle !== null && 'fd' in handle ? handle.fd : undefined;
    if (typeof descriptor !== 'number' || descriptor < 0) return undefined;
    const known: Socket & { readonly [LANE]?: Lane } = wire;
    return known[LANE] ?? new Lane(wire, descriptor);
  }

  /** Does the connection take bytes, and does nothing wait in it? */
  get isFree(): boolean {
    if (isKnownFree(this.descriptor, this.ticket)) return true;
    const isFree = !this.#isShut && this.wire.writable && this.wire.writableLength === 0;
    if (isFree) freeTickets[this.descriptor] = this.ticket;
    return isFree;
  }

  /** It is free again when it has been looked at. */
  block(): void {
    freeTickets[this.descriptor] = 0;
  }

  /** It is never free again, though the connection may go on. */
  shut(): void {
    this.#isShut = true;
    this.block();
  }
}

/** Is the lane of this `ticket` free for sure? Else {@link Lane.isFree} knows. */
export function isKnownFree(descriptor: number, ticket: number): boolean {
  return freeTickets[descriptor] === ticket;
}

/** What makes something wait in a connection, ends it or closes its descriptor; Node itself calls these as methods too. */
const GUARDS = {
  write: guarded(Socket.prototype.write),
  end: guarded(Socket.prototype.end),
  _destroy: guarded(Socket.prototype._destroy),
};

function guarded(method: (this: Socket, ...rest: never) => unknown) {
  return function (this: Socket & { readonly [LANE]: Lane }, ...rest: unknown[]): unknown {
    this[LANE].block();
    return Reflect.apply(method, this, rest);
  };
}
