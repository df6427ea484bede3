import type { Writable } from 'node:stream';
import { isFree, writeNow } from '@/ports/lane';
import type { PeerSocket } from '@/ports/peer-socket';
import type { WireFrame } from '@/ports/wire-frame';
import type { WriteTurn } from '@/ports/write-turn';

/**
 * The ways out to readers that get the same, numbered from 0. What a walk over them touches lies in lists of its own: with
 * thousands of readers each further object of each of them is a wait for memory.
 */
export class Ways {
  readonly #ways: PeerSocket[];
  readonly #wires: (Writable | undefined)[];
  readonly #descriptors: number[];

  /** @param from Whose ways these are as well, from now on apart. */
  constructor(from?: Ways) {
    this.#ways = from === undefined ? [] : [...from.#ways];
    this.#wires = from === undefined ? [] : [...from.#wires];
    this.#descriptors = from === undefined ? [] : [...from.#descriptors];
  }

  add(way: PeerSocket): void {
    this.#ways.push(way);
    this.#wires.push(way.lane?.wire);
    this.#descriptors.push(way.lane?.descriptor ?? -1);
  }

  /** Takes one out; the last one gets its number. */
  remove(index: number): void {
    takeOut(this.#ways, index);
    takeOut(this.#wires, index);
    takeOut(this.#descriptors, index);
  }

  /** Queues frames for all. */
  push(frames: readonly WireFrame[]): void {
    for (const way of this.#ways) for (const frame of frames) way.push(frame);
  }

  /**
   * Gives all the last frame that `turn` has for them: along its lane to whom nothing waits for, in the connection's own way
   * to all others, and what a lane did not take at once ([SV158]).
   *
   * @returns how many were written to.
   */
  give(frame: WireFrame, turn: WriteTurn): number {
    const [ways, wires, descriptors, { bytes }] = [this.#ways, this.#wires, this.#descriptors, frame];
    let count = 0;
    // By number: with thousands of readers an iterator's pairs are a tenth of the walk.
    for (let index = 0; index < ways.length; index += 1) {
      const wire = wires[index];
      const isShort = wire !== undefined && isFree(wire) && turn.isEmpty;
      const taken = isShort ? writeNow(descriptors[index] ?? -1, bytes) : 0;
      if (taken === bytes.length || ways[index]?.give(frame, taken)) count += 1;
    }
    return count;
  }
}

function takeOut<T>(list: T[], index: number): void {
  const last = list.splice(-1);
  if (index < list.length) list.splice(index, 1, ...last);
}
