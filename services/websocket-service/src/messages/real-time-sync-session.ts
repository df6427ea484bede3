import type { WebSocketConnection } from '@/hub/websocket-manager';
import { CloseCode, isTaskId } from '@/lib/protocol';
import { hasNul } from '@/ports/has-nul';
import type { PeerListener, PeerSocket } from '@/ports/peer-socket';
import type { ClientText } from './client-text';
import { plainErrorText, plainPongText } from './plain-inbox';
import { createPlainLink } from './plain-link';
import type { PeerRequest, SessionContext } from './session-context';
import { createTaskWatches, type TaskWatches } from './task-watches';

/** A connection that was let in. */
interface OpenConnection {
  readonly record: WebSocketConnection;
  readonly watches: TaskWatches;
}

/**
 * Serves one peer in seed 002's form: nothing before it subscribes, to a task or to all, each authorised. Refused credentials
 * close with the seed's 4001 ([SV134]).
 */
export function startRealTimeSyncSession(
  peer: PeerSocket,
  request: PeerRequest,
  context: SessionContext,
): PeerListener {
  const { limits, manager, clock } = context;
  let open: OpenConnection | undefined;

  const link = createPlainLink(peer, request, context, {
    pingIntervalMs: limits.plainPingIntervalMs,
    unauthorizedCode: CloseCode.refused,
    errorText: plainErrorText,
    pongText: plainPongText,
    onLife() {
      if (open !== undefined) open.record.lastActivity = new Date(clock.now());
    },
    async onMessage(message) {
      if (open === undefined) return;
      if (message.type === 'subscribe') await subscribe(open, message);
      else if (message.type === 'unsubscribe') unsubscribe(open, message);
      else link.refuse(CloseCode.badMessage, 'the message type is unknown: subscribe, unsubscribe and ping are spoken');
    },
  });

  const begin = async (): Promise<void> => {
    const identity = link.admit(await context.authenticate(request.token, request.claimedUserIds));
    if (identity === undefined) return;
    const now = new Date(clock.now());
    const record: WebSocketConnection = {
      id: request.sessionId,
      userId: identity.userId,
      connectedAt: now,
      lastActivity: now,
      subscriptions: new Set(),
    };
    open = { record, watches: createTaskWatches(link, record, context) };
    manager.addConnection(record);
    link.onEnd(() => manager.removeConnection(record.id));
  };

  const subscribe = async ({ record, watches }: OpenConnection, { taskId, all }: ClientText): Promise<void> => {
    if (isTaskId(taskId) && !hasNul(String(taskId))) {
      if (record.subscriptions.size >= limits.maxChannelsPerConnection) {
        return link.refuse(CloseCode.tooMany, 'too many subscriptions on this connection: unsubscribe first');
      }
      if (!(await watches.add(String(taskId)))) link.refuse(CloseCode.forbidden, 'this task is not yours, so far');
    } else if (all === true) watches.addAll();
    else link.refuse(CloseCode.badMessage, 'subscribe takes {taskId} or {all: true}');
  };

  const unsubscribe = ({ watches }: OpenConnection, { taskId, all }: ClientText): void => {
    if (isTaskId(taskId)) watches.remove(String(taskId));
    else if (all === true) watches.removeAll();
    else link.refuse(CloseCode.badMessage, 'unsubscribe takes {taskId} or {all: true}');
  };

  link.settle(begin());
  return link.listener;
}
