import type { Undo } from '@/lib/protocol/connection-source';
import type { Environment, SocketLike } from './environment';

/** A timer that fires this much after its time was throttled or slept through: what arrived meanwhile may be queued. */
export const LATE_MS = 1_000;

/** What a late deadline allows once more, milliseconds. */
export const GRACE_MS = 2_000;

/** What a socket tells its link. */
export interface LinkEvents {
  open(): void;
  message(data: unknown): void;
  close(code: number, reason: string): void;
}

/**
 * One generation of the connection: one socket and the timers that belong to it. After `drop` it is an orphan: none of
 * its timers runs and none of its late events is heard, whenever the browser gets round to closing the socket ([CS6]).
 */
export class Link {
  readonly #environment: Environment;
  readonly #timers = new Set<Undo>();
  #socket: SocketLike | undefined;
  #orphaned = false;

  constructor(environment: Environment) {
    this.#environment = environment;
  }

  /** Was this generation given up? */
  get orphaned(): boolean {
    return this.#orphaned;
  }

  /** Opens the socket. Throws what `createSocket` throws. */
  open(url: string, protocols: string[], events: LinkEvents): void {
    const socket = this.#environment.createSocket(url, protocols);
    this.#socket = socket;
    socket.addEventListener('open', () => this.#orphaned || events.open());
    socket.addEventListener('message', ({ data }) => this.#orphaned || events.message(data));
    socket.addEventListener('close', ({ code, reason }) => this.#orphaned || events.close(code, reason));
    // A close always follows; Node's sockets want the listener.
    socket.addEventListener('error', () => {});
  }

  /** Hands a frame to the socket. */
  send(text: string): void {
    this.#socket?.send(text);
  }

  /** Bytes that the socket holds back. */
  get bufferedAmount(): number {
    return this.#socket?.bufferedAmount ?? 0;
  }

  /** A timer of this generation. */
  after(ms: number, run: () => void): Undo {
    const undo = () => {
      cancel();
      this.#timers.delete(undo);
    };
    const cancel = this.#environment.setTimer(ms, () => {
      this.#timers.delete(undo);
      run();
    });
    this.#timers.add(undo);
    return undo;
  }

  /** A timer that judges: when it fires late itself, it lets queued frames speak first ([HB6]). */
  deadline(ms: number, run: () => void): Undo {
    const due = this.#environment.now() + ms;
    let cancel = this.after(ms, () => {
      if (this.#environment.now() - due > LATE_MS) cancel = this.after(GRACE_MS, run);
      else run();
    });
    return () => cancel();
  }

  /** Gives the socket up without waiting for anything. */
  drop(): void {
    this.#orphaned = true;
    for (const undo of this.#timers) undo();
    try {
      this.#socket?.close(1000);
    } catch {
      // A socket that cannot even be closed is an orphan all the same.
    }
  }
}
