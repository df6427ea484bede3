import { DEFAULT_LIMITS, type Limits } from '@/config/limits';
import { createHub, type Hub } from '@/hub/hub';
import { WebSocketManager } from '@/hub/websocket-manager';
import { type Channel, CloseCode, userChannel } from '@/lib/protocol';
import { createTraffic } from '@/limits/traffic';
import type { PeerRequest, SessionContext } from '@/messages/session-context';
import type { LoggedEvent } from '@/ports/event-log';
import { silentLogger } from '@/ports/logger';
import { noMetrics } from '@/ports/metrics';
import type { PeerListener, PeerSocket } from '@/ports/peer-socket';
import { WriteTurn } from '@/ports/write-turn';
import { newTask } from '@/tasks/change-task';
import type { StoredTask } from '@/tasks/stored-task';
import { createFakePeer, type FakePeer } from './fake-peer';
import { createManualClock, type ManualClock } from './manual-clock';

/** What sessions stand on, without a service: a hub, a clock, and answers that a test decides. */
export interface SessionBench {
  readonly clock: ManualClock;
  readonly hub: Hub;
  readonly context: SessionContext;
  /** The tasks that an opening shows. */
  readonly tasks: StoredTask[];
  /** `user channel` → may not be read; everything else may. */
  readonly forbidden: Set<string>;
  /** Tasks by the channel that brings them; other tasks may not be seen. */
  readonly channels: Map<string, Channel>;
  /** Starts a session and lets it open. */
  start(
    session: (peer: PeerSocket, request: PeerRequest, context: SessionContext) => PeerListener,
    request?: Partial<PeerRequest>,
  ): Promise<RunningSession>;
  /** Commits events of one turn. */
  announce(...events: readonly LoggedEvent[]): void;
}

/** A session with a peer that remembers. */
export interface RunningSession {
  readonly peer: FakePeer;
  /** What was sent since the last call. */
  news(): readonly Record<string, unknown>[];
  /** Sends a message as a client and lets it be handled. */
  say(message: unknown): Promise<void>;
  end(): void;
}

/** The token of a user, as this bench's authentication knows it. */
export const tokenOf = (userId: string): string => `token of ${userId}`;

export function createSessionBench(limits: Partial<Limits> = {}, needsToken = true): SessionBench {
  const clock = createManualClock();
  const hub = createHub({ defer: (run) => run() });
  const [tasks, forbidden, channels]: [StoredTask[], Set<string>, Map<string, Channel>] = [[], new Set(), new Map()];
  const context: SessionContext = {
    epoch: 'e',
    clock,
    limits: { ...DEFAULT_LIMITS, ...limits },
    log: silentLogger,
    metrics: noMetrics,
    turn: new WriteTurn(),
    reader: {
      open: async () => ({
        recovered: false,
        position: { epoch: 'e', seq: 0 },
        tasks: tasks.map((task) => JSON.stringify(task)),
        release: () => {},
      }),
      read: async () => [],
    },
    subscribe: hub.subscribe,
    standing: async () => {},
    async authenticate(token, claims) {
      const userId = token === undefined ? (needsToken ? undefined : claims[0]) : /^token of (.*)$/.exec(token)?.[1];
      if (userId === undefined) return { ok: false, code: CloseCode.unauthorized, reason: 'the token is not valid' };
      if (claims.some((claim) => claim !== userId))
        return { ok: false, code: CloseCode.forbidden, reason: 'not yours' };
      return { ok: true, identity: { userId, expiresAt: clock.now() + 3_600_000 } };
    },
    watchRevocation: () => () => {},
    needsToken,
    mayRead: async (userId, channel) => !forbidden.has(`${userId} ${channel}`),
    channelOfTask: async (_userId, taskId) => channels.get(taskId),
    manager: new WebSocketManager(),
    traffic: createTraffic({ ...DEFAULT_LIMITS, ...limits }, clock.now, noMetrics),
  };

  return {
    clock,
    hub,
    context,
    tasks,
    forbidden,
    channels,
    async start(session, request = {}) {
      const peer = createFakePeer();
      const listener = session(peer, { sessionId: 's', claimedUserIds: [], ...request }, context);
      await settled();
      let seen = 0;
      return {
        peer,
        news() {
          const from = seen;
          seen = peer.messages.length;
          return peer.messages.slice(from);
        },
        async say(message) {
          listener.onFrame(typeof message === 'string' ? message : JSON.stringify(message));
          await settled();
        },
        end: () => listener.onClose(1005),
      };
    },
    announce: (...events) => hub.announce(events),
  };
}

/** A task of version 1. */
export function storedTask(id: string, ownerId = 'ada', fields: object = {}): StoredTask {
  return { ...newTask({ title: `Task ${id}` }, { id, ownerId, now: 0 }), ...fields };
}

/** An event as the log has it. */
export function loggedEvent(
  task: StoredTask,
  seq: number,
  {
    channel = userChannel(task.ownerId),
    ...fields
  }: { readonly channel?: Channel; readonly [field: string]: unknown } = {},
): LoggedEvent {
  const { id: taskId, version, updatedAt: timestamp } = task;
  const eventId = `${channel} ${seq}`;
  const body = JSON.stringify({ event: 'task.created', taskId, version, task, timestamp, eventId, ...fields });
  return { channel, seq, eventId, type: 'task_update', taskId: String(taskId), version, body };
}

/** Access that was taken away, as the log has it. */
export function accessRemoved(
  channel: Channel,
  seq: number,
  target: { taskId: string } | { channel: Channel },
): LoggedEvent {
  const taskId = 'taskId' in target ? target.taskId : undefined;
  const place = { channel, seq, eventId: `${channel} ${seq}`, type: 'access_removed' as const };
  return { ...place, ...(taskId !== undefined && { taskId }), body: JSON.stringify({ target }) };
}

/** Lets everything run that waits for no clock and no network. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
