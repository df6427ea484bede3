import type { Undo } from '@/lib/protocol/connection-source';
import { backoffDelayMs } from './backoff';
import type { Link } from './link';
import type { TokenSource } from './token-source';

/** A token is never refreshed sooner than this after the last one was accepted, milliseconds. */
export const MIN_REFRESH_MS = 5_000;

/** Renews the token of one open socket before it ends ([CS9]). Its timers are the link's. */
export class TokenRefresh {
  #serverAhead = 0;
  #failures = 0;
  #busy = false;
  #cancel: Undo = () => {};

  constructor(
    readonly link: Link,
    readonly clock: { now(): number; random(): number },
    readonly tokens: TokenSource,
    readonly send: (token: string) => void,
  ) {}

  /** Learns what time it is at the server, so that the local clock decides nothing. */
  serverTime(iso: string): void {
    this.#serverAhead = Date.parse(iso) - this.clock.now();
  }

  /** The current token was accepted and ends then; it is renewed after 70 to 80 % of its life. */
  schedule(expiresAt: string): void {
    const { now, random } = this.clock;
    const life = Date.parse(expiresAt) - this.#serverAhead - now();
    this.#cancel();
    this.#failures = 0;
    this.#busy = false;
    if (life > 0) this.#renewIn(Math.max(life * (0.7 + 0.1 * random()), MIN_REFRESH_MS));
  }

  /** Renews right now, unless that is under way. */
  renew(): void {
    if (this.#busy) return;
    this.#busy = true;
    this.#cancel();
    this.tokens.forget();
    this.tokens.take(this.link, this.send, () => {
      this.#busy = false;
      this.#renewIn(backoffDelayMs(++this.#failures, this.clock.random));
    });
  }

  #renewIn(ms: number): void {
    this.#cancel = this.link.after(ms, () => this.renew());
  }
}
