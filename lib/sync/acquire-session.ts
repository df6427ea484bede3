import { type Connector, defaultSocketUrl, type Task, type TaskList } from '@/lib/protocol';
import { registerSource, sourceKey, WebSocketSyncClient } from '@/lib/websocket';
import { browserDevice } from './device';
import { deviceName } from './device-name';
import { createSession } from './session';
import { browserSessionEnvironment } from './session-environment';
import type { Session } from './session-options';
import { createSessionRegistry, type SessionLease } from './session-registry';

const registry = createSessionRegistry<Task>();

/** Which session is wanted. */
export interface SessionRequest {
  readonly userId: string;
  readonly connector: Connector;
  /** What the server already rendered; only counts when the session is made by this call. */
  readonly initial?: TaskList | undefined;
}

/**
 * Takes a hold on the session of a user at a server, making it when nobody has one. While it lives, `useWebSocket` of the
 * same user and address reads its connection instead of opening another ([RX10]). What must outlive the page is kept in
 * IndexedDB, or, where there is none, as long as the page lives.
 */
export function acquireSession({ userId, connector, initial }: SessionRequest): SessionLease<Task> {
  const url = connector.socketUrl(userId);
  return registry.acquire(`${connector.name} ${sourceKey(url, userId)}`, () => open(userId, url, connector, initial));
}

function open(userId: string, url: string, connector: Connector, initial: TaskList | undefined): Session {
  const common = { maxRetries: Number.POSITIVE_INFINITY };
  const client = new WebSocketSyncClient(
    url,
    userId,
    connector.wire === 'plain'
      ? { ...common, dialogue: connector.socket, getToken: connector.getToken }
      : {
          ...common,
          wire: 'native',
          scheduleTurn: browserSessionEnvironment.scheduleTurn,
          getToken: connector.getToken,
          channels: connector.channels(userId),
          ...(initial?.complete === true && { positions: initial.positions }),
        },
  );
  const device = browserDevice<Task>(deviceName(userId, connector.name, url), browserSessionEnvironment);
  const session = createSession({ userId, connector, connection: client, initial, device });
  // Whoever asks for the connection without an address means the one of this page, whatever server it is.
  const keys = new Set([url, ...(connector.wire === 'plain' ? [defaultSocketUrl()] : [])]);
  const undos = [...keys].map((address) => registerSource(sourceKey(address, userId), client));
  return {
    ...session,
    dispose() {
      for (const undo of undos) undo();
      session.dispose();
    },
  };
}
