import type { RawData, WebSocket } from 'ws';
import type { Metrics } from '@/ports/metrics';
import type { PeerListener, PeerSocket } from '@/ports/peer-socket';

/** A `ws` socket as the rest of the service sees it. */
export function peerOf(socket: WebSocket, { messagesOut, bytesOut }: Metrics): PeerSocket {
  const count = (frame: string | Buffer): void => {
    messagesOut.add();
    bytesOut.add(Buffer.byteLength(frame));
  };
  return {
    get isOpen() {
      return socket.readyState === socket.OPEN;
    },
    get queuedBytes() {
      return socket.bufferedAmount;
    },
    send(frame, onTaken) {
      if (socket.readyState !== socket.OPEN) return onTaken();
      count(frame);
      socket.send(frame, { binary: false }, onTaken);
    },
    sendAndDrain: (frame) =>
      new Promise((resolve) => {
        if (socket.readyState !== socket.OPEN) return resolve(false);
        count(frame);
        socket.send(frame, { binary: false }, (error) => resolve(error === undefined || error === null));
      }),
    ping() {
      if (socket.readyState === socket.OPEN) socket.ping();
    },
    close: (code, reason) => socket.close(code, reason),
    terminate: () => socket.terminate(),
  };
}

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
