import { type Channel, CloseCode, projectChannel } from '@/lib/protocol';
import type { PeerListener, PeerSocket } from '@/ports/peer-socket';
import { watchRemovedChannels } from '@/session/watch-removed-channels';
import { taskmdFrames } from './plain-frames';
import { plainErrorText, plainPongText } from './plain-inbox';
import { createPlainLink } from './plain-link';
import type { PeerRequest, SessionContext } from './session-context';

const NOT_A_MEMBER = 'this project is not yours';

/** Serves one member of a project in seed 003's form: the project's events as they happen, nothing from client to client. */
export function startTaskmdSession(peer: PeerSocket, request: PeerRequest, context: SessionContext): PeerListener {
  const { limits } = context;
  const channel: Channel = projectChannel(request.projectId ?? '');
  const link = createPlainLink(peer, request, context, {
    pingIntervalMs: limits.taskmdPingIntervalMs,
    maxWaitingMessages: limits.maxTaskmdMessages,
    errorText: plainErrorText,
    pongText: plainPongText,
    onMessage: () => link.refuse(CloseCode.badMessage, 'this endpoint only sends: change tasks over HTTP'),
  });
  const close = (): void => peer.close(CloseCode.forbidden, NOT_A_MEMBER);

  const open = async (): Promise<void> => {
    const identity = link.admit(await context.authenticate(request.token, request.claimedUserIds));
    if (identity === undefined) return;
    const { userId } = identity;
    const check = async (): Promise<void> => {
      if (!(await context.mayRead(userId, channel))) close();
    };
    // Watched before it is asked, so that no removal falls between.
    const stopWatching = watchRemovedChannels(
      userId,
      context.subscribe,
      (removed) => {
        if (removed === channel) close();
      },
      () => void check().catch(link.fail),
    );
    link.onEnd(stopWatching);
    link.follow(
      channel,
      (batch) => {
        for (const frame of batch.framesBy(taskmdFrames)) link.outbound.push(frame);
      },
      { before: check },
    );
  };

  link.settle(open());
  return link.listener;
}
