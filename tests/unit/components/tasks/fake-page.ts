import { vi } from 'vitest';
import type { Connector, Mutation, MutationAnswer, Task } from '@/lib/protocol';
import { FakeSocket } from '@/lib/testing';
import { task } from '@/tests/unit/replica/fixtures';
import { at, wireUpdate } from '@/tests/unit/sync/fixtures';

/** The sockets and requests of a page, played by hand. Each page has a server of its own, so that tests share nothing. */
export function fakePage(answer: (mutation: Mutation) => Promise<MutationAnswer> = () => new Promise(() => {})) {
  const sockets: FakeSocket[] = [];
  const place = `ws://${crypto.randomUUID()}.test/ws`;
  vi.stubGlobal(
    'WebSocket',
    class extends FakeSocket {
      constructor(url: string, protocols: string[]) {
        super(url, protocols);
        sockets.push(this);
      }
    },
  );
  const connector: Connector = {
    name: 'scripted',
    wire: 'native',
    socketUrl: () => place,
    channels: (userId) => [`user:${userId}`],
    getToken: async () => 'token',
    fetchTasks: async () => ({ tasks: [], positions: {}, complete: true }),
    mutate: answer,
  };
  return { sockets, connector, live: () => sockets.filter((socket) => socket.isLive) };
}

/** Opens a socket as the server would: welcome and a snapshot. */
export function accept(socket: FakeSocket, tasks: readonly Task[], userId = 'u1'): void {
  const channel = `user:${userId}`;
  socket.open();
  socket.receive({
    type: 'welcome',
    userId,
    sessionId: 's',
    serverTime: '',
    pingIntervalMs: 25_000,
    expiresAt: '2099-01-01T00:00:00Z',
  });
  socket.receive({ type: 'subscribed', channel, recovered: false, replayed: 0, position: at(1) });
  socket.receive({ type: 'snapshot', channel, position: at(1), tasks, page: 0, last: true });
}

/** One event of the own inbox. */
export function hear(socket: FakeSocket, ...update: Parameters<typeof wireUpdate>): void {
  socket.receive(wireUpdate(...update));
}

export { task };
