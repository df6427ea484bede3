import type { Duplex } from 'node:stream';
import { WebSocket } from 'ws';
import { CloseCode } from '@/lib/protocol';
import type { Clock } from '@/ports/clock';
import { Lane } from '@/ports/lane';

/** What a peer is closed with for what it sent: the first ones by `ws`, which finds frames that break RFC 6455. */
const FAULTS: ReadonlySet<number | undefined> = new Set([
  CloseCode.protocolError,
  CloseCode.invalidPayload,
  CloseCode.tooLarge,
  CloseCode.badMessage,
  CloseCode.tooMany,
]);

/** What all sockets share. */
export interface Patience {
  readonly after: Clock['after'];
  /** How long the close of one more fault of this address waits, milliseconds; 0: not at all. */
  waitMs(address: string): number;
}

/**
 * A socket as the service has it: it remembers what it closed with, and once it closed, the connection under it ends behind
 * the close frame, whatever the peer does ([LM20]). What comes after that is nobody's business: see `FrameGate`. Who is
 * closed for one fault after the other hears of it late, and so is back late ([LM22]).
 */
export class ServiceSocket extends WebSocket {
  /** The code that this side closed with; a peer that misbehaves never answers it. */
  closedWith: number | undefined;
  #wire: Duplex | undefined;
  #address = '';
  #patience: Patience | undefined;

  /** Called once, before anything is heard. @param wire The connection under it. @param address Whose faults these will be. */
  carry(wire: Duplex, address: string, patience: Patience): void {
    this.#wire = wire;
    this.#address = address;
    this.#patience = patience;
  }

  /** Are frames read and sent? Not any more as soon as either side closes, though the close itself may wait ([LM22]). */
  get isServed(): boolean {
    return this.readyState === this.OPEN && this.closedWith === undefined;
  }

  /** Has it been closed for a fault, without the peer having been told? */
  get awaitsClose(): boolean {
    return this.readyState === this.OPEN && this.closedWith !== undefined;
  }

  override close(code?: number, reason?: string | Buffer): void {
    if (this.readyState !== this.OPEN) {
      super.close(code, reason);
      return;
    }
    if (this.closedWith !== undefined) {
      // A service that ends waits for nobody; the code stays the first one's.
      if (code === CloseCode.restarting) this.#endLate(reason);
      return;
    }
    // `ws` names no reason when a frame broke its rules. Its code for too many pieces would send a client for another token.
    const isPieces = code === CloseCode.policyViolation && reason === undefined;
    this.closedWith = isPieces ? CloseCode.tooLarge : code;
    // It repeats what a peer closed with, whose reason is bytes.
    const isFault = FAULTS.has(this.closedWith) && !Buffer.isBuffer(reason);
    const waitMs = (isFault && this.#patience?.waitMs(this.#address)) || 0;
    if (waitMs === 0) this.#end(reason);
    else this.#wait(waitMs, reason);
  }

  #wait(waitMs: number, reason: string | Buffer | undefined): void {
    // The connection goes on meanwhile, and whoever walks over lanes does not ask the socket ([SV112]).
    if (this.#wire !== undefined) Lane.of(this.#wire)?.shut();
    this.#patience?.after(waitMs, () => this.#endLate(reason));
  }

  #end(reason: string | Buffer | undefined): void {
    super.close(this.closedWith, reason);
    this.#wire?.end();
    // The gate paused it while the close waited.
    this.#wire?.resume();
  }

  #endLate(reason: string | Buffer | undefined): void {
    if (this.readyState === this.OPEN) this.#end(reason);
  }
}
