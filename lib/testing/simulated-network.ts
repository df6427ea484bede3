import type { Environment } from '@/lib/websocket/environment';
import type { FakeSocket } from './fake-socket';
import type { ManualClock } from './manual-clock';
import type { SimulatedMachine } from './simulated-machine';
import { type ServerEnd, SocketPair } from './socket-pair';

/** What the network does to what passes; probabilities from 0 to 1, times in milliseconds. */
export interface NetworkFaults {
  /** A live event is lost on its way out of the server. */
  drop: number;
  /** A live event is sent twice. */
  duplicate: number;
  /** A live event is overtaken by the next frame. */
  reorder: number;
  /** The least time from end to end. */
  minDelayMs: number;
  /** The greatest time from end to end. */
  maxDelayMs: number;
}

/** A network without faults. */
export const CALM: NetworkFaults = { drop: 0, duplicate: 0, reorder: 0, minDelayMs: 5, maxDelayMs: 50 };

/**
 * A network between one machine and one server, on a manual clock. Frames of one direction keep their order, as TCP keeps it;
 * what is lost, doubled and overtaken are the live events that a server fans out. Everything random comes from `random`.
 */
export class SimulatedNetwork {
  /** May be changed at any time. */
  faults: NetworkFaults = CALM;
  /** Does the machine reach anything? */
  isOnline = true;
  /** Does the server answer dials? */
  isServerUp = true;
  /** Every socket that was dialled, oldest first. */
  readonly sockets: FakeSocket[] = [];
  /** The most sockets that were live at once. */
  mostLive = 0;

  readonly #clock: ManualClock;
  readonly #random: () => number;
  readonly #machine: SimulatedMachine;
  readonly #accept: (end: ServerEnd) => void;
  readonly #pairs = new Set<SocketPair>();

  constructor(
    clock: ManualClock,
    random: () => number,
    machine: SimulatedMachine,
    server: { accept(end: ServerEnd): void },
  ) {
    this.#clock = clock;
    this.#random = random;
    this.#machine = machine;
    this.#accept = (end) => server.accept(end);
  }

  /** What a client on the machine gets as its environment. */
  environment(): Environment {
    const { now, setTimer, onWake } = this.#machine;
    return {
      now,
      setTimer,
      onWake,
      random: this.#random,
      createSocket: (url, protocols) => this.#dial(url, protocols),
    };
  }

  /** The connections die and both ends hear of it. */
  dropAll(): void {
    for (const pair of this.#pairs) {
      pair.forget();
      this.#later(pair, () => pair.client.end(1006));
    }
  }

  /** The connections die and nobody hears of it. */
  cutAll(): void {
    for (const pair of this.#pairs) pair.cut();
  }

  #dial(url: string, protocols: string[]): FakeSocket {
    const pair = new SocketPair(url, protocols);
    this.#pairs.add(pair);
    this.sockets.push(pair.client);
    this.mostLive = Math.max(this.mostLive, this.sockets.filter((socket) => socket.isLive).length);
    let clientAt = 0;
    let serverAt = 0;
    pair.onQueued = (end) => {
      const at = Math.max(this.#clock.now() + this.#delay(), end === 'client' ? clientAt : serverAt);
      if (end === 'client') clientAt = at;
      else serverAt = at;
      this.#clock.setTimer(at - this.#clock.now(), () => {
        if (end === 'client') this.#machine.dispatch(() => pair.deliver('client'));
        else pair.deliver('server');
        if (pair.client.state === 'closed') this.#pairs.delete(pair);
      });
    };
    this.#later(pair, () => {
      if (!this.isOnline || !this.isServerUp) {
        pair.client.end(1006);
      } else if (pair.client.state === 'connecting') {
        this.#accept({ ...pair.server, send: this.#unreliable(pair.server.send) });
        pair.accept();
      }
    });
    return pair.client;
  }

  #later(pair: SocketPair, run: () => void): void {
    this.#clock.setTimer(this.#delay(), () => {
      this.#machine.dispatch(run);
      if (pair.client.state === 'closed') this.#pairs.delete(pair);
    });
  }

  #unreliable(send: (text: string) => void): (text: string) => void {
    let held: string | undefined;
    return (text) => {
      const { drop, duplicate, reorder } = this.faults;
      const isLive = text.startsWith('{"type":"task_update"') || text.startsWith('{"type":"access_removed"');
      const overtaken = held;
      held = undefined;
      if (isLive && overtaken === undefined && this.#random() < reorder) held = text;
      else if (!isLive || this.#random() >= drop) send(text);
      if (isLive && this.#random() < duplicate) send(text);
      if (overtaken !== undefined) send(overtaken);
    };
  }

  #delay(): number {
    const { minDelayMs, maxDelayMs } = this.faults;
    return minDelayMs + Math.floor(this.#random() * (maxDelayMs - minDelayMs));
  }
}
