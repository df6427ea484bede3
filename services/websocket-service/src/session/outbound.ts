import type { Writable } from 'node:stream';
import { CloseCode } from '@/lib/protocol';
import type { Clock } from '@/ports/clock';
import { Lane } from '@/ports/lane';
import type { Metrics } from '@/ports/metrics';
import type { PeerSocket } from '@/ports/peer-socket';
import { WireFrame } from '@/ports/wire-frame';
import type { Writer, WriteTurn } from '@/ports/write-turn';
import { StallWatch } from './stall-watch';

/** More than this is written before the turn ends, so that a long turn holds little. */
const MAX_TURN_BYTES = 64 * 1024;

/** The connection under a WebSocket; one of Node's is one. */
export interface Wire extends Writable {
  /** Of everything so far, what waits included. */
  readonly bytesWritten: number;
}

/** What the way out needs of a WebSocket; a `ServiceSocket` is one. */
export interface SocketControl {
  /** May frames be sent? Not any more as soon as either side closes, though the close itself may wait ([LM22]). */
  readonly isServed: boolean;
  ping(): void;
  close(code: number, reason?: string): void;
  terminate(): void;
}

/** What the ways out of a server share. */
export interface OutboundContext {
  readonly clock: Clock;
  readonly turn: WriteTurn;
  readonly metrics: Pick<Metrics, 'messagesOut' | 'bytesOut' | 'limitRefusals'>;
  readonly limits: OutboundLimits;
}

/** How patient the service is with a reader. */
export interface OutboundLimits {
  /** Bytes that may wait; what is being pulled does not count. */
  readonly maxQueuedBytes: number;
  /** Time without progress, milliseconds, after which a reader for whom something waits is closed with 4410 ([LM11]). */
  readonly maxStallMs: number;
}

/**
 * The way out to one reader: what is pushed is bounded, what is pulled waits for the socket. Frames come ready for the
 * network and go to the connection under the socket directly, all of a turn in one write ([SV103]); without compression the
 * socket itself queues nothing, so that its pings and closes keep their place among them. There is one for each of
 * 50,000 connections, and fan-out touches each: so it is one small object.
 */
export class Outbound implements PeerSocket, Writer {
  #pending: WireFrame | undefined;
  /** Who wants to know when what is pending has been taken. */
  #waiting: ((isTaken: boolean) => void)[] | undefined;
  #pulledBytes = 0;
  #stall: StallWatch | undefined;
  readonly lane: Lane | undefined;

  /** @param wire The connection that carries `socket`. */
  constructor(
    private readonly socket: SocketControl,
    private readonly wire: Wire,
    private readonly context: OutboundContext,
  ) {
    this.lane = Lane.of(wire);
  }

  get isOpen(): boolean {
    return this.socket.isServed;
  }

  /** Bytes that the operating system has not taken, those of this turn included. */
  get queuedBytes(): number {
    return this.wire.writableLength + (this.#pending?.length ?? 0);
  }

  /** Bytes that the operating system has taken since the start. */
  get takenBytes(): number {
    return this.wire.bytesWritten - this.wire.writableLength;
  }

  push(frame: string | WireFrame, onTaken?: () => void): void {
    if (!this.isOpen) {
      onTaken?.();
      return;
    }
    if (onTaken !== undefined) this.#wait(onTaken);
    const ready = typeof frame === 'string' ? WireFrame.of(frame) : frame;
    this.#queue(ready);
    this.#bound();
  }

  give(frame: WireFrame, taken = 0): boolean {
    // A connection may break before its socket hears of it.
    if (!this.isOpen || !this.wire.writable) return false;
    if (this.#pending !== undefined) {
      this.push(frame);
      return false;
    }
    frame.writeTo(this.wire, undefined, taken);
    if (this.wire.writableLength > 0) {
      this.#watchForStall();
      this.#bound();
    }
    return true;
  }

  async pull(text: string): Promise<boolean> {
    if (!this.isOpen) return false;
    const frame = WireFrame.of(text);
    this.#pulledBytes += frame.length;
    try {
      return await new Promise((resolve) => {
        this.#wait(resolve);
        this.#queue(frame);
      });
    } finally {
      this.#pulledBytes -= frame.length;
    }
  }

  flush(): void {
    const frames = this.#pending;
    const waiting = this.#waiting;
    if (frames === undefined) return;
    this.#pending = undefined;
    this.#waiting = undefined;
    if (!this.isOpen) {
      for (const hear of waiting ?? []) hear(false);
      return;
    }
    if (waiting === undefined) this.#write(frames);
    else {
      this.#write(frames, (error) => {
        for (const hear of waiting) hear(error === undefined || error === null);
      });
    }
  }

  ping(): void {
    if (this.isOpen) this.socket.ping();
  }

  close(code: number, reason?: string): void {
    this.flush();
    this.socket.close(code, reason);
  }

  terminate(): void {
    this.socket.terminate();
  }

  /** The socket has ended. */
  stop(): void {
    this.#stall?.stop();
  }

  #write(frames: WireFrame, onTaken?: (error?: Error | null) => void): void {
    const { metrics, turn } = this.context;
    metrics.messagesOut.add(frames.count);
    metrics.bytesOut.add(frames.length);
    const { lane } = this;
    const taken = onTaken === undefined && lane?.isFree ? turn.sender.toOne(lane.descriptor, frames.bytes) : 0;
    if (taken < frames.length) frames.writeTo(this.wire, onTaken, taken);
    if (this.wire.writableLength > 0) this.#watchForStall();
  }

  #queue(frame: WireFrame): void {
    if (this.#pending === undefined) {
      this.#pending = frame;
      this.context.turn.add(this);
    } else {
      this.#pending = this.#pending.followedBy(frame);
    }
    if (this.#pending.length > MAX_TURN_BYTES) this.flush();
  }

  #wait(hear: (isTaken: boolean) => void): void {
    this.#waiting ??= [];
    this.#waiting.push(hear);
  }

  #watchForStall(): void {
    const { clock, limits } = this.context;
    this.#stall ??= new StallWatch(clock, this, limits.maxStallMs, () => this.#closeSlow());
    this.#stall.start();
  }

  #bound(): void {
    if (this.queuedBytes - this.#pulledBytes > this.context.limits.maxQueuedBytes) this.#closeSlow();
  }

  #closeSlow(): void {
    this.context.metrics.limitRefusals.add('slow-reader');
    this.close(CloseCode.slowReader, 'too slow: resume from your position');
  }
}
