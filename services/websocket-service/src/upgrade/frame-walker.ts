/** Bits of a frame's second byte (RFC 6455, section 5.2). */
const MASKED = 0x80;
const LENGTH = 0x7f;
const MASK_BYTES = 4;

/** Says where frames end in a stream of bytes, without a look at what they say; chunks may end anywhere, also within a head. */
export class FrameWalker {
  /** Frames that began in the latest walk. */
  frames = 0;
  /** Bytes that the frame under way still has after its head. */
  #left = 0;
  #headBytes = 0;
  #lengthBytes = 0;
  #length = 0;
  #maskBytes = 0;

  /** Walks from `start` on, until `maxFrames` have begun and the last of them has ended. @returns where it stopped. */
  walk(chunk: Uint8Array, start: number, maxFrames: number): number {
    this.frames = 0;
    let at = start;
    while (at < chunk.length) {
      if (this.#left > 0) {
        const step = Math.min(this.#left, chunk.length - at);
        at += step;
        this.#left -= step;
      } else {
        if (this.#headBytes === 0 && this.frames === maxFrames) return at;
        this.#readHead(chunk[at] ?? 0);
        at += 1;
      }
    }
    return at;
  }

  #readHead(byte: number): void {
    this.#headBytes += 1;
    if (this.#headBytes === 1) {
      this.frames += 1;
      return;
    }
    if (this.#headBytes === 2) {
      const length = byte & LENGTH;
      this.#maskBytes = (byte & MASKED) === 0 ? 0 : MASK_BYTES;
      this.#lengthBytes = lengthBytesOf(length);
      this.#length = this.#lengthBytes === 0 ? length : 0;
    } else {
      this.#lengthBytes -= 1;
      this.#length = this.#length * 256 + byte;
    }
    if (this.#lengthBytes > 0) return;
    this.#left = this.#maskBytes + this.#length;
    this.#headBytes = 0;
  }
}

/** How many bytes the true length takes. */
function lengthBytesOf(length: number): number {
  if (length === 126) return 2;
  return length === 127 ? 8 : 0;
}
