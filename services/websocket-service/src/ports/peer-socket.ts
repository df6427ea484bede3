import type { Lane } from './lane';
import type { WireFrame } from './wire-frame';

/** The service's end of one WebSocket. Calls after the end do nothing. */
export interface PeerSocket {
  readonly isOpen: boolean;
  /** The short way past this one, where there is one. */
  readonly lane?: Lane | undefined;
  /**
   * Queues a live frame; all of one turn leaves in one write. A reader that lets too much wait is closed with 4410 ([LM4]).
   * `onTaken` hears that the operating system has taken it, or that the socket ended.
   */
  push(frame: string | WireFrame, onTaken?: () => void): void;
  /**
   * Gives the reader the last live frame that this turn has for it, at once unless something is queued before it; bounded as
   * {@link push} is.
   *
   * @param taken How many bytes of it the reader has already: not 0 only where nothing is queued.
   * @returns whether it was written: then the caller counts it, as it does for all who got the same.
   */
  give(frame: WireFrame, taken?: number): boolean;
  /** Sends a frame of a snapshot or replay; resolves `true` once the socket has drained it, `false` when it ended ([LM5]). */
  pull(text: string): Promise<boolean>;
  /** A protocol ping: every living peer answers it by itself. */
  ping(): void;
  /** Starts the closing handshake, after what was queued. */
  close(code: number, reason?: string): void;
  /** Drops the socket at once. */
  terminate(): void;
}

/** What a socket tells its owner. */
export interface PeerListener {
  /** A frame; `undefined` for a binary one. */
  onFrame(text: string | undefined): void;
  /** Any sign of life below the messages. */
  onPong(): void;
  /** The socket ended; called once. */
  onClose(code: number): void;
}
