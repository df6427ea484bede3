import { isSequenced } from '@/lib/protocol/native/is-sequenced-message';
import type { Wire } from './wire';

/** A wire that also takes messages which were parsed already. */
export interface MessageWire extends Wire {
  /** A text frame came, or the message of one. */
  receive(message: unknown): void;
}

/**
 * The same wire for a page in a burst: the first event is handed over at once, and those that come before the turn is over
 * after it, as one batch of their channel ([RX43]). Whatever else comes finds everything before it handed over. What a
 * socket's end finds gathered is dropped: no position has moved, so it comes again.
 *
 * @param afterTurn Calls back once the present turn of the event loop is over.
 */
export function createGatheringWire(wire: MessageWire, afterTurn: (callback: () => void) => void): Wire {
  /** Events of one channel, in order. */
  let gathered: unknown[] = [];
  let channel = '';
  let isInTurn = false;
  /** Sockets that ended; also whoever hears of what was gathered may end one. */
  let ended = 0;

  const handOver = () => {
    const events = gathered;
    gathered = [];
    if (events.length > 0) wire.receive(events.length === 1 ? events[0] : { type: 'batch', events });
  };

  const endTurn = () => {
    // While events keep coming, the next turn is gathered too.
    isInTurn = gathered.length > 0;
    if (isInTurn) afterTurn(endTurn);
    handOver();
  };

  return {
    ...wire,
    receive(text) {
      let message: unknown;
      try {
        message = JSON.parse(text);
      } catch {
        // The wire says what it thinks of it.
      }
      const before = ended;
      if (!isSequenced(message) || message.channel !== channel) handOver();
      if (ended > before) return;
      if (!isSequenced(message)) {
        // What is an object was parsed; a large page is not parsed again.
        wire.receive(typeof message === 'object' ? message : text);
        return;
      }
      channel = message.channel;
      if (isInTurn) {
        gathered.push(message);
        return;
      }
      isInTurn = true;
      afterTurn(endTurn);
      wire.receive(message);
    },
    close() {
      ended++;
      gathered = [];
      wire.close();
    },
  };
}
