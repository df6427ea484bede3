import type { Clock, Undo } from '@/ports/clock';

/** What one peer has taken, and what waits for it, bytes. */
export interface Drain {
  readonly queuedBytes: number;
  readonly takenBytes: number;
}

/** The watch looks three times per span: exact enough, and nothing is moved for each frame. */
const LOOKS = 3;

/**
 * Watches whether one peer takes what it is sent: `onStalled` is called when frames waited and nothing was taken for
 * `stallMs`, or up to a third longer ([LM11]). A peer for whom nothing waits costs no timer.
 */
export class StallWatch {
  #takenBytes = 0;
  #idleLooks = 0;
  #cancel: Undo | undefined;

  constructor(
    private readonly clock: Clock,
    private readonly peer: Drain,
    private readonly stallMs: number,
    private readonly onStalled: () => void,
  ) {}

  /** Something waits for the peer. */
  start(): void {
    if (this.#cancel !== undefined) return;
    this.#takenBytes = this.peer.takenBytes;
    this.#idleLooks = 0;
    this.#plan();
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  #plan(): void {
    this.#cancel = this.clock.after(this.stallMs / LOOKS, () => this.#look());
  }

  #look(): void {
    this.#cancel = undefined;
    if (this.peer.queuedBytes === 0) return;
    const { takenBytes } = this.peer;
    this.#idleLooks = takenBytes === this.#takenBytes ? this.#idleLooks + 1 : 0;
    this.#takenBytes = takenBytes;
    if (this.#idleLooks >= LOOKS) this.onStalled();
    else this.#plan();
  }
}
