import type { Undo } from '@/lib/protocol/connection-source';
import type { Link } from './link';

/** How a server's silence is judged; milliseconds. */
export interface HeartbeatRules {
  /** Silence after which the client asks. */
  readonly quietMs: number;
  /** The client asks this long after it last asked even when frames keep coming: its own side has to be seen alive too. */
  readonly busyMs: number;
  /** How long an answer may take; any frame is one. */
  readonly answerMs: number;
  /** How long it may take after a wake. */
  readonly probeMs: number;
}

/** The rules for servers that answer a ping: a dead path is known within 17 s, within 2 s after a wake ([HB1], [HB4]). */
export const HEARTBEAT: HeartbeatRules = { quietMs: 12_000, busyMs: 25_000, answerMs: 5_000, probeMs: 2_000 };

/** Watches over one open socket. Its timers are the link's and end with it. */
export class Heartbeat {
  #heardAt: number;
  #askedAt: number;
  #answered = true;
  #probing = false;
  #cancel: Undo;

  /**
   * @param ask Sends a ping; does nothing on servers that answer none, whose silence alone is then judged.
   * @param onSilent The socket is dead.
   */
  constructor(
    readonly link: Link,
    readonly now: () => number,
    readonly rules: HeartbeatRules,
    readonly ask: () => void,
    readonly onSilent: () => void,
  ) {
    this.#heardAt = this.#askedAt = now();
    this.#cancel = this.#rest();
  }

  /** A frame came: whatever it says, it is life. */
  heard(): void {
    this.#answered = true;
    this.#heardAt = this.now();
  }

  /** Asks right now. A probe under way is not started again, or a hint every second would put the verdict off for ever. */
  probe(): void {
    if (!this.#probing) this.#question(this.rules.probeMs);
    this.#probing = true;
  }

  #rest(): Undo {
    const { quietMs, busyMs, answerMs } = this.rules;
    const due = Math.min(this.#heardAt + quietMs, this.#askedAt + busyMs);
    return this.link.after(Math.max(due - this.now(), 0), () => {
      const early = this.#heardAt + quietMs > this.now() && this.#askedAt + busyMs > this.now();
      if (early) this.#cancel = this.#rest();
      else this.#question(answerMs);
    });
  }

  #question(answerMs: number): void {
    this.#cancel();
    this.#askedAt = this.now();
    this.#answered = false;
    this.#cancel = this.link.deadline(answerMs, () => {
      this.#probing = false;
      if (this.#answered) this.#cancel = this.#rest();
      else this.onSilent();
    });
    this.ask();
  }
}
