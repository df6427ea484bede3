import {
  type ChannelRequest,
  type ClientMessage,
  CloseCode,
  decodeClientFrame,
  encodeCloseAdvice,
  encodeServerMessage,
  type Hello,
  type ServerMessage,
} from '@/lib/protocol';
import type { Undo } from '@/ports/clock';
import type { Identity } from '@/ports/identity';
import type { PeerListener, PeerSocket } from '@/ports/peer-socket';
import type { TooMany } from '@/ports/traffic';
import { createFrameQueue } from '@/session/frame-queue';
import { startHeartbeat } from '@/session/heartbeat';
import { watchToken } from '@/session/token-watch';
import { createNativeChannels, type NativeChannels } from './native-channels';
import type { PeerRequest, SessionContext } from './session-context';

/** A session that has said hello. */
interface OpenSession {
  identity: Identity;
  readonly channels: NativeChannels;
  /** Counts the connection off. */
  readonly leave: Undo;
}

function nothing(): void {}

/** Serves one peer that speaks `taskwire.v1`: hello → welcome → subscriptions, until the socket ends. */
export function startNativeSession(peer: PeerSocket, request: PeerRequest, context: SessionContext): PeerListener {
  const { clock, limits, log } = context;
  let open: OpenSession | undefined;
  let stopWatching: Undo = nothing;
  let cancelDeadline: Undo = nothing;

  const send = (message: ServerMessage): void => peer.push(encodeServerMessage(message));
  const refuse = (code: number, message: string, details?: object): void =>
    send({ type: 'error', code, message, ...(details && { details }) });

  const watch = (identity: Identity): void => {
    stopWatching();
    const stopHearing = context.watchRevocation(identity, () =>
      peer.close(CloseCode.unauthorized, 'the token was revoked'),
    );
    const times = { noticeMs: limits.expiryNoticeMs, graceMs: limits.expiryGraceMs };
    const stopTimes = watchToken(clock, identity.expiresAt, times, {
      onExpiring: (inMs) => send({ type: 'auth_expiring', inMs }),
      onExpired: () => peer.close(CloseCode.unauthorized, 'the token has expired'),
    });
    stopWatching = () => {
      stopTimes();
      stopHearing();
    };
  };

  const closeTooMany = (advice: TooMany): void => peer.close(CloseCode.tooMany, encodeCloseAdvice(advice));

  const greet = async (hello: Hello): Promise<void> => {
    cancelDeadline();
    // An open session keeps nothing of it.
    cancelDeadline = nothing;
    const authentication = await context.authenticate(hello.token, request.claimedUserIds);
    if (!peer.isOpen) return;
    if (!authentication.ok) {
      peer.close(authentication.code, authentication.reason);
      return;
    }
    const { identity } = authentication;
    const leave = context.traffic.connectAs(identity.userId);
    if (typeof leave === 'object') return closeTooMany(leave);
    const channels = createNativeChannels(identity.userId, {
      shared: context,
      outbound: peer,
      refuse,
      onFault: fail,
    });
    open = { identity, channels, leave };
    send({
      type: 'welcome',
      userId: identity.userId,
      sessionId: request.sessionId,
      serverTime: isoOf(clock.now()),
      pingIntervalMs: limits.pingIntervalMs,
      expiresAt: isoOf(identity.expiresAt),
    });
    watch(identity);
    log.debug({ sessionId: request.sessionId, userId: identity.userId }, 'native session opened');
    for (const wanted of hello.channels) await subscribe(open, wanted);
  };

  const subscribe = ({ channels }: OpenSession, { channel, position }: ChannelRequest): Promise<void> =>
    channels.subscribe(channel, position);

  const refresh = async (session: OpenSession, token: string): Promise<void> => {
    const authentication = await context.authenticate(token, [session.identity.userId]);
    if (!peer.isOpen) return;
    if (!authentication.ok && authentication.code === CloseCode.overloaded) {
      refuse(CloseCode.overloaded, 'tokens can’t be verified at the moment: send auth again later');
      return;
    }
    if (!authentication.ok) {
      peer.close(CloseCode.unauthorized, 'the refreshed token is not this user’s');
      return;
    }
    session.identity = authentication.identity;
    send({ type: 'auth_ok', expiresAt: isoOf(session.identity.expiresAt) });
    watch(session.identity);
  };

  const serve = (session: OpenSession, message: ClientMessage): void | Promise<void> => {
    switch (message.type) {
      case 'hello':
        return refuse(CloseCode.badMessage, 'hello was said already: use subscribe for more channels');
      case 'subscribe':
        return subscribe(session, message);
      case 'unsubscribe':
        return session.channels.unsubscribe(message.channel);
      case 'auth':
        return refresh(session, message.token);
      case 'ping':
        return send({ type: 'pong', ...(message.id !== undefined && { id: message.id }) });
      case 'pong':
      case 'ack':
        return;
    }
  };

  const handle = async (frame: string | undefined): Promise<void> => {
    if (!peer.isOpen) return;
    const decoded = decodeClientFrame(frame ?? '');
    if (!decoded.ok) {
      if (decoded.fatal || open === undefined) peer.close(CloseCode.badMessage, decoded.reason);
      else refuse(CloseCode.badMessage, decoded.reason);
      return;
    }
    try {
      if (open !== undefined) await serve(open, decoded.message);
      else if (decoded.message.type === 'hello') await greet(decoded.message);
      else peer.close(CloseCode.badMessage, 'the first message must be hello');
    } catch (error) {
      fail(error);
    }
  };

  const fail = (error: unknown): void => {
    log.error({ err: error, sessionId: request.sessionId }, 'a session failed');
    peer.close(CloseCode.internalError, 'internal error');
  };

  const queue = createFrameQueue(handle, limits.maxWaitingFrames, () => {
    context.metrics.limitRefusals.add('waiting-frames');
    closeTooMany({ retryAfterMs: limits.tooManyRetryAfterMs });
  });
  const heartbeat = startHeartbeat(clock, peer, limits.pingIntervalMs, () => {
    if (open !== undefined) send({ type: 'ping', timestamp: isoOf(clock.now()), heads: open.channels.heads() });
  });
  cancelDeadline = clock.after(limits.helloDeadlineMs, () => peer.close(CloseCode.helloTimeout, 'no hello in time'));

  return {
    onFrame(text) {
      heartbeat.heard();
      const tooMany = open && context.traffic.messageOf(open.identity.userId);
      if (tooMany !== undefined) closeTooMany(tooMany);
      else if (peer.isOpen) queue.add(text);
    },
    onPong: heartbeat.heard,
    onClose(code) {
      stopWatching();
      cancelDeadline();
      queue.stop();
      heartbeat.stop();
      open?.leave();
      open?.channels.end();
      log.debug({ sessionId: request.sessionId, code }, 'native session ended');
    },
  };
}

function isoOf(ms: number): string {
  return new Date(ms).toISOString();
}
