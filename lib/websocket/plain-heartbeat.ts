import type { SocketDialogue } from '@/lib/protocol/socket-dialogue';
import { createHeartbeat, type Heartbeat, QUIET_MS } from './heartbeat';
import type { Link } from './link';
import type { WireHost } from './wire';

/** A server that has sent seed 001's heartbeat, each 30 s by its book, is dead after this silence, milliseconds. */
export const PLAIN_QUIET_MS = 75_000;

/** Watches over the open socket of a server of which nobody knows beforehand what it answers ([HB8]). */
export interface PlainHeartbeat {
  /** A frame came. */
  heard(): void;
  /** The server sent a heartbeat of its own: from now on it is missed. */
  pinged(): void;
  /** The server answered: from now on it is given up when it does not. */
  answered(): void;
  /** The page may have slept. */
  wake(): void;
}

/** What a server has shown that it does, so that a later socket is judged by it too. */
export interface ShownLife {
  /** It sends heartbeats of its own. */
  pings: boolean;
  /** It answers the client's. */
  answers: boolean;
}

/** Starts to watch, as far as this server has shown that there is something to be missed. */
export function createPlainHeartbeat(
  link: Link,
  host: WireHost<never>,
  { ping, quietMs = PLAIN_QUIET_MS }: Pick<SocketDialogue, 'ping' | 'quietMs'>,
  shown: ShownLife,
): PlainHeartbeat {
  let asking: Heartbeat | undefined;
  let waiting: Heartbeat | undefined;

  const ask = (text: string) => {
    asking = createHeartbeat(
      link,
      {
        environment: host.environment,
        fail(failure) {
          // A server that has never answered owes nothing: it is only asked on.
          if (shown.answers) host.fail(failure);
          else ask(text);
        },
      },
      () => host.send(text),
      QUIET_MS,
    );
  };
  const wait = () => {
    waiting ??= createHeartbeat(link, host, () => {}, quietMs);
  };

  if (ping !== undefined) ask(ping);
  if (shown.pings) wait();
  return {
    heard() {
      asking?.heard();
      waiting?.heard();
    },
    pinged() {
      shown.pings = true;
      wait();
    },
    answered() {
      shown.answers = true;
    },
    wake() {
      if (shown.answers) asking?.probe();
    },
  };
}
