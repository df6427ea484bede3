import type { RawData, WebSocket } from 'ws';
import type { Metrics } from '@/ports/metrics';
import type { PeerListener } from '@/ports/peer-socket';

/** Tells `listener` what the socket hears. */
export function listenTo(socket: WebSocket, listener: PeerListener, { messagesIn }: Metrics): void {
  socket.on('message', (data: RawData, isBinary: boolean) => {
    messagesIn.add();
    listener.onFrame(isBinary ? undefined : data.toString());
  });
  socket.on('ping', () => listener.onPong());
  socket.on('pong', () => listener.onPong());
  socket.on('close', (code) => listener.onClose(code));
}
