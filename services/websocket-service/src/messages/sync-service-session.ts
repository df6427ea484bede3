import { CloseCode, encodeSyncServiceError, userChannel } from '@/lib/protocol';
import type { PeerListener, PeerSocket } from '@/ports/peer-socket';
import { createRecoveryQueue } from '@/session/recovery-queue';
import { Subscription } from '@/session/subscription';
import { initialBatches, syncServiceFrames } from './plain-frames';
import { createPlainLink } from './plain-link';
import type { PeerRequest, SessionContext } from './session-context';

/** Serves one peer in seed 000's form: the tasks as they stand, then what happens to them, bursts as one batch ([SV132]). */
export function startSyncServiceSession(peer: PeerSocket, request: PeerRequest, context: SessionContext): PeerListener {
  const nowText = (): string => new Date(context.clock.now()).toISOString();
  const link = createPlainLink(peer, request, context, {
    pingIntervalMs: context.limits.plainPingIntervalMs,
    errorText: (code, message) => encodeSyncServiceError(code, message, nowText()),
    pongText: () => JSON.stringify({ type: 'pong', payload: {}, timestamp: nowText() }),
    onMessage: () => link.refuse(CloseCode.badMessage, 'the message type is unknown'),
  });

  const open = async (): Promise<void> => {
    const identity = link.admit(await context.authenticate(request.token, request.claimedUserIds));
    if (identity === undefined) return;
    const channel = userChannel(identity.userId);
    const recoveries = createRecoveryQueue(link.fail);
    const subscription = new Subscription(channel, undefined, {
      epoch: context.epoch,
      reader: context.reader,
      outbound: link.outbound,
      encode: syncServiceFrames,
      encodeOpening: initialBatches,
      onBehind: recoveries.add,
    });
    link.onEnd(context.subscribe(channel, subscription));
    link.onEnd(() => subscription.end());
    recoveries.add(subscription);
  };

  link.settle(open());
  return link.listener;
}
