import { type Channel, CloseCode, encodeCloseAdvice } from '@/lib/protocol';
import type { Undo } from '@/ports/clock';
import type { EventBatch } from '@/ports/event-batch';
import type { Authentication, Identity } from '@/ports/identity';
import type { PeerListener, PeerSocket } from '@/ports/peer-socket';
import type { TooMany } from '@/ports/traffic';
import { createFrameQueue } from '@/session/frame-queue';
import { startHeartbeat } from '@/session/heartbeat';
import { watchToken } from '@/session/token-watch';
import { boundMessages } from '@/session/waiting-messages';
import { type ClientFrame, type ClientText, decodeClientText } from './client-text';
import { liveReader } from './live-reader';
import type { PeerRequest, SessionContext } from './session-context';

/** When a client that missed events should be back; all of a channel miss them together. */
const BEHIND = { retryAfterMs: 0, spreadMs: 1_000 };

/** Batches that may wait for the start of a reading. */
const MAX_WAITING_BATCHES = 256;

/** How one dialect speaks on its socket. */
export interface PlainHabits {
  /** Distance of the protocol pings, milliseconds; a peer that is silent through two of them is dropped. */
  readonly pingIntervalMs: number;
  /** Messages that may wait for this reader; more closes with 4410. Unset: bytes alone count. */
  readonly maxWaitingMessages?: number;
  /** Closes a socket whose credentials are bad; 4401 unless the seed has a code of its own. */
  readonly unauthorizedCode?: number;
  /** Sent with each protocol ping, for clients that can't see those; `undefined` sends nothing. */
  readonly pingText?: () => string | undefined;
  /** Writes an error in the dialect's form; the socket stays. */
  errorText(code: number, message: string): string;
  /** Writes the answer to a ping in JSON. */
  pongText(): string;
  /** Any frame or protocol pong. */
  readonly onLife?: () => void;
  /** Handles any other message of the client; one at a time, in order. A rejection ends the connection with 1011. */
  onMessage(message: ClientText): void | Promise<void>;
}

/** How a channel is followed. */
export interface HowToFollow {
  /** What comes until this settles waits for it. It is never received where this rejects, which ends the connection with 1011. */
  readonly before?: () => Promise<void>;
  /** See `Subscriber.isPartial`. */
  readonly isPartial?: boolean;
}

/** What every plain session has, whatever its dialect: the way out, the heartbeat, the frames in order, and an end. */
export interface PlainLink {
  readonly listener: PeerListener;
  readonly outbound: PeerSocket;
  /** Sends an `error` in the dialect's form; the socket stays. */
  refuse(code: number, message: string): void;
  /**
   * Lets a client in: `undefined` when its credentials are bad or the user has too many connections, and the socket is
   * being closed. A second call, with a token of the same user, only watches the new token.
   */
  admit(authentication: Authentication): Identity | undefined;
  /** Until this settles no message is handled. A rejection ends the connection with 1011. */
  settle(opening: Promise<void>): void;
  /**
   * Hears a channel's events as they happen, until the link ends. Where some are missed the connection ends with 1012: a
   * client fetches the list when it is back ([SV144]).
   *
   */
  follow(channel: Channel, receive: (batch: EventBatch) => void, how?: HowToFollow): Undo;
  /** Runs `undo` when the socket ends; at once when it has ended. */
  onEnd(undo: Undo): void;
  /** Ends the connection with 1011; the cause is logged. */
  fail(error: unknown): void;
}

/** Makes the link of one socket. */
export function createPlainLink(
  peer: PeerSocket,
  request: PeerRequest,
  context: SessionContext,
  habits: PlainHabits,
): PlainLink {
  const { clock, limits, log } = context;
  const closeSlow = (): void => peer.close(CloseCode.slowReader, 'too slow: fetch the list when you are back');
  const { maxWaitingMessages } = habits;
  const outbound = maxWaitingMessages === undefined ? peer : boundMessages(peer, maxWaitingMessages, closeSlow);
  const ending = new Set<Undo>();
  let hasEnded = false;
  let admittedAs: string | undefined;
  let stopWatching: Undo = () => {};
  let opened: Promise<void> = Promise.resolve();

  const closeTooMany = ({ retryAfterMs }: TooMany): void =>
    peer.close(CloseCode.tooMany, encodeCloseAdvice({ retryAfterMs }));
  const closeBehind = (): void => peer.close(CloseCode.restarting, encodeCloseAdvice(BEHIND));
  const refuse = (code: number, message: string): void => outbound.push(habits.errorText(code, message));

  const fail = (error: unknown): void => {
    log.error({ err: error, sessionId: request.sessionId }, 'a session failed');
    if (peer.isOpen) refuse(CloseCode.internalError, 'the service failed: connect again');
    peer.close(CloseCode.internalError, 'internal error');
  };

  const answer = async (frame: ClientFrame): Promise<void> => {
    if (frame.kind === 'bare-ping') outbound.push('pong');
    else if (frame.kind === 'fault') refuse(CloseCode.badMessage, frame.reason);
    else if (frame.message.type === 'ping') outbound.push(habits.pongText());
    else if (frame.message.type !== 'pong') await habits.onMessage(frame.message);
  };

  const queue = createFrameQueue(
    async (text) => {
      await opened;
      try {
        if (peer.isOpen) await answer(decodeClientText(text));
      } catch (error) {
        fail(error);
      }
    },
    limits.maxWaitingFrames,
    () => {
      context.metrics.limitRefusals.add('waiting-frames');
      closeTooMany({ retryAfterMs: limits.tooManyRetryAfterMs });
    },
  );
  const heartbeat = startHeartbeat(clock, peer, habits.pingIntervalMs, () => {
    const text = habits.pingText?.();
    if (text !== undefined) outbound.push(text);
  });
  ending.add(queue.stop).add(heartbeat.stop);

  const hear = (): void => {
    heartbeat.heard();
    habits.onLife?.();
  };

  const onEnd = (undo: Undo): void => {
    if (hasEnded) undo();
    else ending.add(undo);
  };

  return {
    outbound,
    refuse,
    fail,
    onEnd,
    follow(channel, receive, { before, isPartial = false } = {}) {
      let waiting: EventBatch[] | undefined = before && [];
      const take = (batch: EventBatch): void => {
        if (waiting === undefined) receive(batch);
        else if (waiting.push(batch) > MAX_WAITING_BATCHES) closeBehind();
      };
      const leave = context.subscribe(channel, { ...liveReader(take, closeBehind, fail), isPartial });
      onEnd(leave);
      before?.().then(() => {
        const batches = waiting ?? [];
        waiting = undefined;
        if (!hasEnded && peer.isOpen) batches.forEach(receive);
      }, fail);
      return () => {
        ending.delete(leave);
        leave();
      };
    },
    settle(opening) {
      opened = opening.catch(fail);
    },
    admit(authentication) {
      if (!peer.isOpen) return undefined;
      if (!authentication.ok) {
        const isUnauthorized = authentication.code === CloseCode.unauthorized;
        peer.close((isUnauthorized && habits.unauthorizedCode) || authentication.code, authentication.reason);
        return undefined;
      }
      const { identity } = authentication;
      if (admittedAs === undefined) {
        const leave = context.traffic.connectAs(identity.userId);
        if (typeof leave === 'object') {
          closeTooMany(leave);
          return undefined;
        }
        admittedAs = identity.userId;
        onEnd(leave);
        onEnd(() => stopWatching());
      }
      stopWatching();
      const close = (reason: string): void => peer.close(habits.unauthorizedCode ?? CloseCode.unauthorized, reason);
      const stopHearing = context.watchRevocation(identity, () => close('the token was revoked'));
      const stopTimes = watchToken(
        clock,
        identity.expiresAt,
        { noticeMs: 0, graceMs: limits.expiryGraceMs },
        {
          onExpiring: () => {},
          onExpired: () => close('the token has expired'),
        },
      );
      stopWatching = () => {
        stopTimes();
        stopHearing();
      };
      return identity;
    },
    listener: {
      onFrame(text) {
        hear();
        const tooMany = admittedAs === undefined ? undefined : context.traffic.messageOf(admittedAs);
        if (tooMany !== undefined) closeTooMany(tooMany);
        else if (peer.isOpen) queue.add(text);
      },
      onPong: hear,
      onClose(code) {
        hasEnded = true;
        for (const undo of ending) undo();
        log.debug({ sessionId: request.sessionId, code }, 'plain session ended');
      },
    },
  };
}
