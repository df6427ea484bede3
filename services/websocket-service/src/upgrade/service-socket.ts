import type { Duplex } from 'node:stream';
import { WebSocket } from 'ws';
import { CloseCode } from '@/lib/protocol';

/**
 * A socket as the service has it: it remembers what it closed with, and once it closed, the connection under it ends behind
 * the close frame, whatever the peer does ([LM20]). What comes after that is nobody's business: see `FrameGate`.
 */
export class ServiceSocket extends WebSocket {
  /** The connection that carries it; given once, before anything is heard. */
  wire: Duplex | undefined;
  /** The code that this side closed with; a peer that misbehaves never answers it. */
  closedWith: number | undefined;

  override close(code?: number, reason?: string | Buffer): void {
    if (this.readyState !== this.OPEN) {
      super.close(code, reason);
      return;
    }
    // `ws` names no reason when a frame broke its rules. Its code for too many pieces would send a client for another token.
    const isPieces = code === CloseCode.policyViolation && reason === undefined;
    this.closedWith = isPieces ? CloseCode.tooLarge : code;
    super.close(this.closedWith, reason);
    this.wire?.end();
  }
}
