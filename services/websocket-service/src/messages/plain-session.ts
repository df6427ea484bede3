import { CloseCode, encodeCloseAdvice, isRecord, type PlainPing, userChannel } from '@/lib/protocol';
import type { Undo } from '@/ports/clock';
import type { EventBatch } from '@/ports/event-batch';
import type { Identity } from '@/ports/identity';
import type { PeerListener, PeerSocket } from '@/ports/peer-socket';
import { createFrameQueue } from '@/session/frame-queue';
import { startHeartbeat } from '@/session/heartbeat';
import { createOutbound } from '@/session/outbound';
import { watchToken } from '@/session/token-watch';
import { plainFrames } from './event-frames';
import type { PeerRequest, SessionContext } from './session-context';

const PING: PlainPing = { type: 'ping', timestamp: null };

/**
 * Serves one peer in seed 001's form: the token came with the upgrade, and from then on the user's events follow as they
 * happen. There is no history in this form; a client fetches the list when it connects.
 */
export function startPlainSession(peer: PeerSocket, request: PeerRequest, context: SessionContext): PeerListener {
  const { clock, limits, log } = context;
  const outbound = createOutbound(peer, clock, limits);
  const ending = new Set<Undo>();

  const open = ({ userId, expiresAt }: Identity): void => {
    const leave = context.admitUser(userId);
    if (leave === undefined) {
      context.metrics.limitRefusals.add('connections-per-user');
      peer.close(CloseCode.tooMany, encodeCloseAdvice({ retryAfterMs: limits.tooManyRetryAfterMs }));
      return;
    }
    const receive = (batch: EventBatch): void => {
      for (const frame of batch.framesBy(plainFrames)) outbound.push(frame);
    };
    const leaveHub = context.subscribe(userChannel(userId), { receive });
    const times = { noticeMs: 0, graceMs: limits.expiryGraceMs };
    const stopWatching = watchToken(clock, expiresAt, times, {
      onExpiring: () => {},
      onExpired: () => peer.close(CloseCode.unauthorized, 'the token has expired'),
    });
    ending.add(leave).add(leaveHub).add(stopWatching);
    log.debug({ sessionId: request.sessionId, userId }, 'plain session opened');
  };

  const authenticate = async (): Promise<void> => {
    const authentication = await context.authenticate(request.token, request.claimedUserIds);
    if (!peer.isOpen) return;
    if (authentication.ok) open(authentication.identity);
    else peer.close(authentication.code, authentication.reason);
  };

  const answer = (text: string | undefined): void => {
    const type = typeOfFrame(text);
    if (type === 'ping') outbound.push('{"type":"pong"}');
    else if (type !== 'pong') {
      const message = type === undefined ? 'the frame is not a JSON object' : 'the message type is unknown';
      outbound.push(JSON.stringify({ type: 'error', code: CloseCode.badMessage, message }));
    }
  };

  const authenticated = authenticate();
  const queue = createFrameQueue(
    async (frame) => {
      await authenticated;
      if (peer.isOpen) answer(frame);
    },
    limits.maxWaitingFrames,
    () => peer.close(CloseCode.tooMany, encodeCloseAdvice({ retryAfterMs: limits.tooManyRetryAfterMs })),
  );
  const heartbeat = startHeartbeat(clock, peer, limits.plainPingIntervalMs, () => outbound.push(JSON.stringify(PING)));
  ending.add(outbound.stop).add(queue.stop).add(heartbeat.stop);

  return {
    onFrame(text) {
      heartbeat.heard();
      if (peer.isOpen) queue.add(text);
    },
    onPong: heartbeat.heard,
    onClose(code) {
      for (const undo of ending) undo();
      log.debug({ sessionId: request.sessionId, code }, 'plain session ended');
    },
  };
}

function typeOfFrame(text: string | undefined): unknown {
  try {
    const value: unknown = JSON.parse(text ?? '');
    return isRecord(value) ? (value.type ?? null) : undefined;
  } catch {
    return undefined;
  }
}
