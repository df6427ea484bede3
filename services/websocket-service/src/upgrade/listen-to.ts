import type { RawData, WebSocket } from 'ws';
import type { Metrics } from '@/ports/metrics';
import type { PeerListener } from '@/ports/peer-socket';

/** What is done about each frame before anybody hears it. */
export interface Hearing {
  readonly metrics: Pick<Metrics, 'messagesIn'>;
  /** Is it one too many? Then the socket is being closed. */
  isTooMany(): boolean;
}

/** Tells `listener` what the socket hears. */
export function listenTo(socket: WebSocket, listener: PeerListener, { metrics, isTooMany }: Hearing): void {
  socket.on('message', (data: RawData, isBinary: boolean) => {
    metrics.messagesIn.add();
    if (isTooMany()) return;
    listener.onFrame(isBinary ? undefined : data.toString());
  });
  socket.on('ping', () => listener.onPong());
  socket.on('pong', () => listener.onPong());
  socket.on('close', (code) => listener.onClose(code));
}
