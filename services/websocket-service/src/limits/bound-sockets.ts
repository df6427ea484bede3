import type { Server, Socket } from 'node:net';
import { createSlots } from './slots';

/**
 * Drops the network connections of an address beyond `max`, before anything is read: what never says anything costs memory
 * too ([LM15]). Connections of trusted proxies are many clients' and are not counted.
 */
export function boundSockets(server: Server, max: number, isProxy: (address: string) => boolean): void {
  const addresses = createSlots(max);
  server.on('connection', (socket: Socket) => {
    const address = socket.remoteAddress ?? '';
    if (isProxy(address)) return;
    const leave = addresses.take(address);
    if (leave === undefined) socket.destroy();
    else socket.on('close', leave);
  });
}
