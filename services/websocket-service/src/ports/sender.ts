import { writeSync } from 'node:fs';

/**
 * Hands bytes to the operating system by the descriptors of connections. What it tells is how many bytes a connection took
 * at once; 0 is its full buffer or a broken connection: whoever then writes to the stream learns which. It never waits and
 * never throws for what a peer did.
 */
export interface Sender {
  toOne(descriptor: number, bytes: Uint8Array): number;
  /**
   * The same bytes to the first `count` of `descriptors`, in order.
   *
   * @param taken Gets what each took, at its number.
   * @returns how many took all.
   */
  toAll(descriptors: Int32Array, count: number, bytes: Uint8Array, taken: Int32Array): number;
}

/** The one that works wherever Node does. */
export const nodeSender: Sender = {
  toOne: writeNow,
  toAll(descriptors, count, bytes, taken) {
    let whole = 0;
    for (let index = 0; index < count; index += 1) {
      const took = writeNow(descriptors[index] ?? -1, bytes);
      taken[index] = took;
      if (took === bytes.length) whole += 1;
    }
    return whole;
  },
};

function writeNow(descriptor: number, bytes: Uint8Array): number {
  try {
    return writeSync(descriptor, bytes);
  } catch {
    return 0;
  }
}
