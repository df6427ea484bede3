import type { ChannelUpdate, Position, Task, TaskMessage, TaskUpdate } from '@/lib/protocol';
import { ManualEnvironment } from '@/lib/testing';
import { type GatheringOptions, type MetricName, type ProtocolFault, WebSocketSyncClient } from '@/lib/websocket';

export const INBOX = 'user:u1';

export const at = (seq: number, epoch = 'e1'): Position => ({ epoch, seq });

export const task = (id: string, version = 1, title = id): Task => ({
  id,
  title,
  status: 'pending',
  completed: false,
  createdAt: '2026-01-01T00:00:00Z',
  updatedAt: '2026-01-01T00:00:00Z',
  ownerId: 'u1',
  version,
});

export const update = (seq: number, id = `t${seq}`, channel = INBOX): TaskUpdate => ({
  type: 'task_update',
  event: 'task.updated',
  task: task(id, seq),
  timestamp: '2026-01-01T00:00:00Z',
  channel,
  seq,
  version: seq,
  taskId: id,
  eventId: `e${seq}`,
});

export const welcome = {
  type: 'welcome',
  userId: 'u1',
  sessionId: 's1',
  serverTime: '2026-01-01T00:00:00Z',
  pingIntervalMs: 30_000,
  expiresAt: '2026-01-01T01:00:00Z',
};

export const subscribed = (seq: number, recovered = false, replayed = 0, channel = INBOX, epoch = 'e1') => ({
  type: 'subscribed',
  channel,
  position: at(seq, epoch),
  recovered,
  replayed,
});

export const snapshot = (seq: number, tasks: Task[] = [], page = 0, last = true, channel = INBOX, epoch = 'e1') => ({
  type: 'snapshot',
  channel,
  position: at(seq, epoch),
  tasks,
  page,
  last,
});

/** Lets promises that are settled already have their say. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await Promise.resolve();
}

/** A native client in a manual environment with everything that it reports written down. */
export function nativeClient(options: Partial<GatheringOptions> = {}) {
  const environment = new ManualEnvironment();
  const updates: ChannelUpdate[] = [];
  const messages: TaskMessage[] = [];
  const faults: ProtocolFault[] = [];
  const metrics: [MetricName, number, string?][] = [];
  const states: string[] = [];
  const tokens: string[] = [];
  const client = new WebSocketSyncClient('ws://host/ws', 'u1', {
    wire: 'native',
    getToken: async () => {
      tokens.push(`token-${tokens.length + 1}`);
      return `token-${tokens.length}`;
    },
    channels: ['user:me'],
    clientId: 'c1',
    environment,
    onProtocolError: (fault) => faults.push(fault),
    onMetric: (name, value, channel) => metrics.push(channel === undefined ? [name, value] : [name, value, channel]),
    ...options,
  });
  client.addChannelListener((news) => updates.push(news));
  client.addMessageListener((message) => messages.push(message));
  client.subscribe(() => states.push(client.connection.state));

  /** Opens the newest socket and has the server say welcome. */
  const open = async () => {
    await settle();
    environment.socket.open();
    environment.socket.receive(welcome);
  };
  /** Connects and stands at `seq` after a snapshot. */
  const live = async (seq = 0) => {
    client.connect();
    await open();
    environment.socket.receive(subscribed(seq));
    environment.socket.receive(snapshot(seq));
    environment.socket.sent.length = 0;
    updates.length = 0;
  };
  const { clock } = environment;
  /** Lets a wait pass. */
  const waitOut = async () => {
    const { connection } = client;
    if (connection.state === 'waiting') clock.advance(connection.retryAt - clock.now());
    await settle();
  };
  /** Lets the wait pass, opens the next socket and gives the hello that was said. */
  const reconnect = async () => {
    await waitOut();
    environment.socket.open();
    return environment.socket.messages()[0] as { token: string; channels: unknown[] };
  };
  return {
    client,
    environment,
    clock,
    updates,
    messages,
    faults,
    metrics,
    states,
    tokens,
    open,
    live,
    waitOut,
    reconnect,
  };
}
