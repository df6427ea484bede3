import { isKnownFree, type Lane } from '@/ports/lane';
import type { PeerSocket } from '@/ports/peer-socket';
import type { WireFrame } from '@/ports/wire-frame';
import type { WriteTurn } from '@/ports/write-turn';
import { FreeLanes } from './free-lanes';

/** Of the walk that runs; what the readers of one do makes no other begin before all lanes of it were sent to. */
const freeLanes = new FreeLanes();

/**
 * The ways out to readers that get the same, numbered from 0. What a walk over them touches are numbers in lists: with
 * thousands of readers each object of each of them is a wait for memory.
 */
export class Ways {
  readonly #ways: PeerSocket[] = [];
  readonly #lanes: (Lane | undefined)[] = [];
  readonly #descriptors: number[] = [];
  readonly #tickets: number[] = [];

  add(way: PeerSocket): void {
    this.#ways.push(way);
    this.#lanes.push(way.lane);
    this.#descriptors.push(way.lane?.descriptor ?? -1);
    this.#tickets.push(way.lane?.ticket ?? -1);
  }

  /** Takes one out; the last one gets its number. */
  remove(index: number): void {
    takeOut(this.#ways, index);
    takeOut(this.#lanes, index);
    takeOut(this.#descriptors, index);
    takeOut(this.#tickets, index);
  }

  /** Queues frames for all who are here now, whoever comes and goes meanwhile. */
  push(frames: readonly WireFrame[]): void {
    for (const way of [...this.#ways]) for (const frame of frames) way.push(frame);
  }

  /**
   * Gives all who are here now the last frame that `turn` has for them: along its lane to whom nothing waits for, in the
   * connection's own way to all others, and what a lane did not take at once ([SV158]).
   *
   * @returns how many were written to.
   */
  give(frame: WireFrame, turn: WriteTurn): number {
    const [ways, lanes, descriptors, tickets] = [this.#ways, this.#lanes, this.#descriptors, this.#tickets];
    const { isEmpty } = turn;
    const rest: { readonly way: PeerSocket | undefined; readonly taken: number }[] = [];
    freeLanes.begin(ways.length);
    // By number: with thousands of readers an iterator's pairs are a tenth of the walk.
    for (let index = 0; index < ways.length; index += 1) {
      const descriptor = descriptors[index] ?? -1;
      if (isEmpty && (isKnownFree(descriptor, tickets[index] ?? -1) || lanes[index]?.isFree === true)) {
        freeLanes.add(index, descriptor);
      } else {
        rest.push({ way: ways[index], taken: 0 });
      }
    }
    // Nothing else has run since they were found free: a descriptor is still that of its connection.
    for (const { index, taken } of freeLanes.send(frame.bytes, turn.sender)) rest.push({ way: ways[index], taken });
    let count = ways.length - rest.length;
    // From here on readers may come and go.
    for (const { way, taken } of rest) if (way?.give(frame, taken)) count += 1;
    return count;
  }
}

function takeOut<T>(list: T[], index: number): void {
  const last = list.splice(-1);
  if (index < list.length) list.splice(index, 1, ...last);
}
