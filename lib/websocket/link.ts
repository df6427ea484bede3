import type { Undo } from '@/lib/protocol/connection-source';
import type { Environment, SocketLike } from './environment';

/** A timer that fires this much after its time was throttled or slept through: what arrived meanwhile may be queued. */
export const LATE_MS = 1_000;

/** What a late deadline allows once more, milliseconds. */
export const GRACE_MS = 2_000;

/** Nothing more is handed to a socket that holds back more bytes than this ([CS12]). */
export const MAX_HELD_BYTES = 2 ** 20;

/** What a socket tells its link. */
export interface LinkEvents {
  open(): void;
  message(data: unknown): void;
  close(code: number, reason: string): void;
}

/** One generation of the connection: one socket and the timers that belong to it. */
export interface Link {
  /** Was this generation given up? */
  isOrphan(): boolean;
  /** Opens the socket, unless it is an orphan already. Throws what `createSocket` throws. */
  open(url: string, protocols: string[], events: LinkEvents): void;
  /** Sends a frame; `false` when there is no socket or it holds back too much. */
  send(text: string): boolean;
  /** A timer of this generation. */
  after(ms: number, run: () => void): Undo;
  /** A timer that judges: when it fires late itself, it lets queued frames speak first ([HB6]). */
  deadline(ms: number, run: () => void): Undo;
  /**
   * Gives the generation up without waiting for anything: from now on it is an orphan, none of its timers runs and none of
   * its late events is heard, whenever the browser gets round to closing the socket ([CS7]).
   */
  drop(): void;
}

/** Makes a generation; the socket comes with `open`. */
export function createLink(environment: Environment): Link {
  const timers = new Set<Undo>();
  let socket: SocketLike | undefined;
  let orphan = false;

  const after = (ms: number, run: () => void): Undo => {
    const cancel = environment.setTimer(ms, () => {
      undo();
      run();
    });
    const undo = () => {
      timers.delete(undo);
      cancel();
    };
    timers.add(undo);
    return undo;
  };

  return {
    isOrphan: () => orphan,
    open(url, protocols, events) {
      if (orphan) return;
      socket = environment.createSocket(url, protocols);
      socket.addEventListener('open', () => orphan || events.open());
      socket.addEventListener('message', ({ data }) => orphan || events.message(data));
      socket.addEventListener('close', ({ code, reason }) => orphan || events.close(code, reason));
      // A close always follows; Node's sockets want the listener.
      socket.addEventListener('error', () => {});
    },
    send(text) {
      if (!socket || (socket.bufferedAmount ?? 0) > MAX_HELD_BYTES) return false;
      socket.send(text);
      return true;
    },
    after,
    deadline(ms, run) {
      const due = environment.now() + ms;
      let cancel = after(ms, () => {
        if (environment.now() - due > LATE_MS) cancel = after(GRACE_MS, run);
        else run();
      });
      return () => cancel();
    },
    drop() {
      orphan = true;
      for (const undo of timers) undo();
      socket?.close();
    },
  };
}
