import type { Undo } from '@/lib/protocol/connection-source';
import type { Link } from './link';
import type { WireHost } from './wire';

/** Silence after which the client asks, milliseconds. */
export const QUIET_MS = 12_000;

/** The client asks this long after it last asked even while frames keep coming: its own side must be seen alive too. */
export const BUSY_MS = 25_000;

/** How long an answer may take, milliseconds; any frame is one. */
export const ANSWER_MS = 5_000;

/** How long an answer may take after a wake, milliseconds. */
export const PROBE_MS = 2_000;

/** Watches over one open socket ([HB1]). Its timers are the link's and end with it. */
export interface Heartbeat {
  /** A frame came: whatever it says, it is life. */
  heard(): void;
  /** Asks right now, and wants the answer in {@link PROBE_MS}. */
  probe(): void;
}

/**
 * Starts to watch.
 *
 * @param host Is told when the socket is dead.
 * @param ask Sends a ping; one that does nothing leaves the server's silence alone to be judged.
 * @param quietMs Silence after which it asks.
 */
export function createHeartbeat(
  link: Link,
  host: Pick<WireHost, 'environment' | 'fail'>,
  ask: () => void,
  quietMs: number = QUIET_MS,
): Heartbeat {
  const now = () => host.environment.now();
  let heardAt = now();
  let askedAt = heardAt;
  let isAnswered = true;
  let isProbing = false;
  let cancel: Undo;

  const rest = () => {
    const wait = Math.min(heardAt + quietMs, askedAt + Math.max(quietMs, BUSY_MS)) - now();
    // Timers fire up to a millisecond early.
    if (wait > 1) cancel = link.after(wait, rest);
    else question(ANSWER_MS);
  };
  const question = (answerMs: number) => {
    cancel();
    askedAt = now();
    isAnswered = false;
    cancel = link.deadline(answerMs, () => {
      if (isAnswered) rest();
      else host.fail({ kind: 'silent', woke: isProbing, detail: 'silent' });
      isProbing = false;
    });
    ask();
  };
  rest();
  return {
    heard() {
      isAnswered = true;
      heardAt = now();
    },
    probe() {
      // A hint every second must not put the verdict off for ever.
      if (isProbing) return;
      isProbing = true;
      question(PROBE_MS);
    },
  };
}
