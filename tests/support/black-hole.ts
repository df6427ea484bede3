import { connect, createServer, type Socket } from 'node:net';

/** A TCP path to a port of this machine that can swallow everything without closing anything. */
export interface BlackHole {
  readonly port: number;
  /** From now on what stands is dead for good, and new connections are accepted but not carried: no close, no reset. */
  swallow(): void;
  /** Carries new connections again, also those that were made meanwhile; what stood before stays dead. */
  heal(): void;
  close(): Promise<void>;
}

/** Opens a path on a free port. */
export async function openBlackHole(targetPort: number): Promise<BlackHole> {
  const clients = new Set<Socket>();
  const upstreams = new Map<Socket, Socket>();
  const held = new Set<Socket>();
  let isSwallowing = false;

  const carry = (client: Socket) => {
    const upstream = connect(targetPort, '127.0.0.1');
    upstreams.set(client, upstream);
    upstream.on('error', () => client.destroy());
    client.on('close', () => upstream.destroy());
    client.pipe(upstream).pipe(client);
  };
  // Paused, so that what a held connection says waits in the system as an unanswered packet would be sent again.
  const server = createServer({ pauseOnConnect: true }, (client) => {
    clients.add(client);
    client.on('error', () => {});
    client.on('close', () => {
      clients.delete(client);
      held.delete(client);
    });
    if (isSwallowing) held.add(client);
    else carry(client);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (!address || typeof address === 'string') throw new Error('The path has no port.');

  return {
    port: address.port,
    swallow() {
      isSwallowing = true;
      for (const [client, upstream] of upstreams) {
        client.unpipe(upstream);
        upstream.unpipe(client);
        client.pause();
        upstream.pause();
        upstream.removeAllListeners('error').on('error', () => {});
      }
    },
    heal() {
      isSwallowing = false;
      for (const client of held) carry(client);
      held.clear();
    },
    async close() {
      for (const socket of [...clients, ...upstreams.values()]) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
