import type { Writable } from 'node:stream';

const FINAL_TEXT = 0x81;
const MAX_SHORT_BYTES = 125;
const MAX_MEDIUM_BYTES = 0xffff;
const MEDIUM = 126;
const LONG = 127;

/** A text is copied by Node before the kernel copies it, a buffer is not: small ones cost the same, larger ones 4 % less. */
const MAX_TEXT_BYTES = 2 * 1024;

/**
 * One text frame, or several that leave together, exactly as they cross the network (RFC 6455, section 5.2: final,
 * unmasked, not compressed). It is made once and serves every reader ([SV20]).
 */
export class WireFrame {
  /** What followed last time: readers that get the same frames in one turn share what is joined for them. */
  #follower: WireFrame | undefined;
  #joined: WireFrame | undefined;

  private constructor(
    /** Bytes on the network. */
    readonly length: number,
    /** Frames in it. */
    readonly count: number,
    /** The bytes, a small frame's as Latin-1 until they are asked for; joined ones are made when they are first written. */
    private chunk: string | Buffer | undefined,
    private readonly parts?: readonly [before: WireFrame, last: WireFrame],
  ) {}

  /** Frames one text. */
  static of(text: string): WireFrame {
    const bytes = Buffer.byteLength(text);
    const head = headOf(bytes);
    const length = head.length + bytes;
    if (length > MAX_TEXT_BYTES) return new WireFrame(length, 1, Buffer.concat([head, Buffer.from(text)], length));
    const payload = bytes === text.length ? text : Buffer.from(text).toString('latin1');
    return new WireFrame(length, 1, head.toString('latin1') + payload);
  }

  /** This and then `next`, joined once for all who get the two in a row. */
  followedBy(next: WireFrame): WireFrame {
    if (this.#follower !== next || this.#joined === undefined) {
      this.#follower = next;
      this.#joined = new WireFrame(this.length + next.length, this.count + next.count, undefined, [this, next]);
    }
    return this.#joined;
  }

  /**
   * Writes all of it at once, but for the first bytes that were `taken` before. `onTaken` hears that the operating system has
   * it, or what kept it from that.
   */
  writeTo(wire: Writable, onTaken?: (error?: Error | null) => void, taken = 0): void {
    this.chunk ??= this.#join();
    if (taken > 0) wire.write(this.bytes.subarray(taken), onTaken);
    else if (typeof this.chunk === 'string') wire.write(this.chunk, 'latin1', onTaken);
    else wire.write(this.chunk, onTaken);
  }

  /** The bytes, the same for all who ask. */
  get bytes(): Buffer {
    if (typeof this.chunk !== 'object') this.chunk = this.toBytes();
    return this.chunk;
  }

  /** A copy of the bytes. */
  toBytes(): Buffer {
    return Buffer.concat(this.#leaves().map(bytesOf));
  }

  #join(): string | Buffer {
    return this.length > MAX_TEXT_BYTES ? this.toBytes() : this.#leaves().map(textOf).join('');
  }

  #leaves(): (string | Buffer)[] {
    const leaves: (string | Buffer)[] = [];
    let rest: WireFrame = this;
    while (rest.chunk === undefined && rest.parts !== undefined) {
      leaves.push(...rest.parts[1].#leaves());
      rest = rest.parts[0];
    }
    if (rest.chunk !== undefined) leaves.push(rest.chunk);
    return leaves.reverse();
  }
}

function textOf(chunk: string | Buffer): string {
  return typeof chunk === 'string' ? chunk : chunk.toString('latin1');
}

function bytesOf(chunk: string | Buffer): Buffer {
  return typeof chunk === 'string' ? Buffer.from(chunk, 'latin1') : chunk;
}

function headOf(bytes: number): Buffer {
  if (bytes <= MAX_SHORT_BYTES) return Buffer.from([FINAL_TEXT, bytes]);
  if (bytes <= MAX_MEDIUM_BYTES) return Buffer.from([FINAL_TEXT, MEDIUM, bytes >> 8, bytes & 0xff]);
  const head = Buffer.alloc(10);
  head[0] = FINAL_TEXT;
  head[1] = LONG;
  head.writeBigUInt64BE(BigInt(bytes), 2);
  return head;
}
