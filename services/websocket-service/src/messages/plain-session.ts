import { CloseCode, decodeTodoAuth, encodeTodoAuthSuccess, type PlainPing, userChannel } from '@/lib/protocol';
import type { EncodeEvents } from '@/ports/event-batch';
import type { Authentication } from '@/ports/identity';
import type { PeerListener, PeerSocket } from '@/ports/peer-socket';
import type { ClientText } from './client-text';
import { taskUpdateFrames, todoFrames } from './plain-frames';
import { followInbox, plainErrorText, plainPongText } from './plain-inbox';
import { createPlainLink } from './plain-link';
import type { PeerRequest, SessionContext } from './session-context';

const PING: PlainPing = { type: 'ping', timestamp: null };

/**
 * Serves one peer in seed 001's form, or in seed 004's when the address or a first frame `AUTH` asks for it. The token came
 * with the upgrade, or comes as `AUTH` within the deadline ([SV130]); from then on the user's events follow.
 */
export function startPlainSession(peer: PeerSocket, request: PeerRequest, context: SessionContext): PeerListener {
  const { limits } = context;
  const isTodo = request.dialect === 'todo';
  let encode: EncodeEvents = isTodo ? todoFrames : taskUpdateFrames;
  let userId: string | undefined;

  const link = createPlainLink(peer, request, context, {
    pingIntervalMs: limits.plainPingIntervalMs,
    pingText: () => (encode === taskUpdateFrames ? JSON.stringify(PING) : undefined),
    errorText: plainErrorText,
    pongText: plainPongText,
    async onMessage(message) {
      if (message.type === 'AUTH' && request.dialect !== 'task-update') await authenticateBy(message);
      else if (userId === undefined) peer.close(CloseCode.unauthorized, 'a token is missing');
      else link.refuse(CloseCode.badMessage, 'the message type is unknown');
    },
  });

  const enter = (authentication: Authentication): void => {
    const identity = link.admit(authentication);
    if (identity === undefined) return;
    const isFirst = userId === undefined;
    userId = identity.userId;
    const welcome = (): void => {
      if (encode === todoFrames) link.outbound.push(encodeTodoAuthSuccess(identity.userId));
    };
    // Told when it is true: a client fetches its list then, and hears of everything after it ([SV149]).
    const begin = (): Promise<void> => context.standing(userChannel(identity.userId)).then(welcome);
    if (isFirst) followInbox(link, identity.userId, () => encode, begin);
    else welcome();
  };

  const authenticateBy = async (message: ClientText): Promise<void> => {
    const token = decodeTodoAuth(message);
    if (token === undefined) return link.refuse(CloseCode.badMessage, 'AUTH needs a token, a string');
    cancelDeadline();
    const claims = userId === undefined ? request.claimedUserIds : [...request.claimedUserIds, userId];
    const authentication = await context.authenticate(token, claims);
    encode = todoFrames;
    enter(authentication);
  };

  const mayComeLate = request.token === undefined && context.needsToken && request.dialect !== 'task-update';
  const cancelDeadline = context.clock.after(limits.authMessageDeadlineMs, () => {
    if (mayComeLate) peer.close(CloseCode.unauthorized, 'a token is missing');
  });
  link.onEnd(cancelDeadline);
  if (!mayComeLate) link.settle(context.authenticate(request.token, request.claimedUserIds).then(enter));
  return link.listener;
}
