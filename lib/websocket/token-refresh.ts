import type { Undo } from '@/lib/protocol/connection-source';
import { isText } from '@/lib/protocol/task';
import type { Link } from './link';
import type { TokenSource } from './token-source';

/** A token that could not be had, or lives too short to be renewed in time, is not asked for sooner than this, milliseconds. */
export const MIN_REFRESH_MS = 5_000;

/** A token with less life than this can't be renewed before it ends, milliseconds: that would only be a loop. */
export const MIN_LIFE_MS = 2_000;

/** Renews the token of one open socket before it ends ([BO11]). Its timers are the link's. */
export interface TokenRefresh {
  /**
   * The server accepted the token, which ends at `expiresAt`. The first call also says what time it is at the server: the
   * local clock decides nothing. The token is renewed after 70 to 80 % of its life; where the server tells no times, when it
   * asks.
   */
  accepted(expiresAt: unknown, serverTime?: unknown): void;
  /** Renews right now, unless that is under way. */
  renew(): void;
}

/** @param send Hands a fresh token to the server. */
export function createTokenRefresh(
  link: Link,
  clock: { now(): number; random(): number },
  tokens: TokenSource,
  send: (token: string) => void,
): TokenRefresh {
  let serverAhead = Number.NaN;
  let isBusy = false;
  let cancel: Undo = () => {};

  const renew = () => {
    if (isBusy) return;
    isBusy = true;
    cancel();
    tokens.forget();
    tokens.take(link, send, () => {
      isBusy = false;
      cancel = link.after(MIN_REFRESH_MS, renew);
    });
  };
  return {
    accepted(expiresAt, serverTime) {
      if (serverTime) serverAhead = timeOf(serverTime) - clock.now();
      const life = timeOf(expiresAt) - serverAhead - clock.now();
      cancel();
      isBusy = false;
      const delay = life < MIN_LIFE_MS ? MIN_REFRESH_MS : life * (0.7 + clock.random() / 10);
      if (life > 0) cancel = link.after(delay, renew);
    },
    renew,
  };
}

/** `NaN`, with which nothing is due, for what is no time. */
function timeOf(value: unknown): number {
  return Date.parse(isText(value) ? value : '');
}
