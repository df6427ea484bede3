import type { RawData, WebSocket } from 'ws';
import { CloseCode, encodeCloseAdvice } from '@/lib/protocol';
import type { Undo } from '@/ports/clock';
import type { Metrics } from '@/ports/metrics';
import type { PeerListener } from '@/ports/peer-socket';
import type { Traffic } from '@/ports/traffic';
import type { Outbound } from '@/session/outbound';

/** One socket, and who hears it. */
export interface Connection {
  readonly listener: PeerListener;
  readonly peer: Outbound;
  /** Whose frames these are. */
  readonly address: string;
  /** Counts the connection off. */
  readonly leave: Undo;
}

/** What hearing works with. */
export interface HearingContext {
  readonly metrics: Pick<Metrics, 'messagesIn'>;
  readonly traffic: Pick<Traffic, 'messageFrom'>;
}

/** Tells the listener what the socket hears, until it ends. A frame too many of its address closes with 4429 ([LM13]). */
export function listenTo(socket: WebSocket, connection: Connection, { metrics, traffic }: HearingContext): void {
  const { listener, peer, address, leave } = connection;
  const hear = (): void => listener.onPong();
  socket.on('message', (data: RawData, isBinary: boolean) => {
    metrics.messagesIn.add();
    const tooMany = traffic.messageFrom(address);
    if (tooMany === undefined) listener.onFrame(isBinary ? undefined : data.toString());
    else peer.close(CloseCode.tooMany, encodeCloseAdvice(tooMany));
  });
  socket.on('ping', hear);
  socket.on('pong', hear);
  socket.on('close', (code: number) => {
    leave();
    peer.stop();
    listener.onClose(code);
  });
}
