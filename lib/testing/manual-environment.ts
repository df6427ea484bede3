import type { Undo } from '@/lib/protocol/connection-source';
import type { Environment, SocketLike } from '@/lib/websocket/environment';
import { FakeSocket } from './fake-socket';
import { ManualClock } from './manual-clock';

/** An environment for the client in which everything happens by hand. */
export class ManualEnvironment implements Environment {
  readonly clock = new ManualClock();
  /** Every socket that was made, oldest first. */
  readonly sockets: FakeSocket[] = [];
  /** What the next draws give; 0.5 when it is empty. */
  readonly draws: number[] = [];
  readonly #wakers = new Set<() => void>();

  createSocket(url: string, protocols: string[]): SocketLike {
    const socket = new FakeSocket(url, protocols);
    this.sockets.push(socket);
    return socket;
  }

  now(): number {
    return this.clock.now();
  }

  random(): number {
    return this.draws.shift() ?? 0.5;
  }

  setTimer(ms: number, run: () => void): Undo {
    return this.clock.setTimer(ms, run);
  }

  onWake(listener: () => void): Undo {
    this.#wakers.add(listener);
    return () => this.#wakers.delete(listener);
  }

  /** The page comes back. */
  wake(): void {
    for (const waker of [...this.#wakers]) waker();
  }

  /** How many ask to be told of a wake. */
  get wakers(): number {
    return this.#wakers.size;
  }

  /** The socket made last. Throws when there is none. */
  get socket(): FakeSocket {
    const socket = this.sockets.at(-1);
    if (!socket) throw new Error('No socket was made yet: call connect() first');
    return socket;
  }

  /** Sockets that are neither closed nor being closed by the client. */
  get liveSockets(): FakeSocket[] {
    return this.sockets.filter((socket) => socket.isLive);
  }
}
