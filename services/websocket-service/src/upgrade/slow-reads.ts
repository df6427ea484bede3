import type { Duplex } from 'node:stream';
import type { Clock } from '@/ports/clock';

/** 64 KiB each time are 12 MiB in a second: a peer that sends 100 MiB before it looks still finds its close frame. */
const EVERY_MS = 5;

/**
 * Takes what nobody wants from connections that the service has ended, one read of one of them at a time ([LM24]). It has to
 * be taken, else the peer is cut off and may lose the close frame; but each read is garbage, and collecting it holds up all.
 */
export class SlowReads {
  readonly #waiting = new Set<Duplex>();

  constructor(private readonly after: Clock['after']) {}

  /** Pauses a connection until it is its turn. */
  add(wire: Duplex): void {
    wire.pause();
    this.#waiting.add(wire);
    if (this.#waiting.size === 1) this.#plan();
  }

  #plan(): void {
    this.after(EVERY_MS, () => this.#readOne());
  }

  #readOne(): void {
    for (const wire of this.#waiting) {
      this.#waiting.delete(wire);
      if (wire.destroyed) continue;
      wire.resume();
      break;
    }
    if (this.#waiting.size > 0) this.#plan();
  }
}
