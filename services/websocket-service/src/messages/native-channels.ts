import {
  type Channel,
  CloseCode,
  encodeServerMessage,
  isChannel,
  OWN_INBOX,
  type Position,
  userChannel,
} from '@/lib/protocol';
import type { Undo } from '@/ports/clock';
import type { PeerSocket } from '@/ports/peer-socket';
import { createRecoveryQueue } from '@/session/recovery-queue';
import { Subscription, type SubscriptionContext } from '@/session/subscription';
import { watchRemovedChannels } from '@/session/watch-removed-channels';
import { nativeFrames } from './event-frames';
import { openingFrames } from './opening-frames';
import type { SessionContext } from './session-context';

/** The subscriptions of one native session. */
export interface NativeChannels {
  /** Starts a channel, or starts it anew from `position`. A refusal is sent as `error`; the session goes on. */
  subscribe(name: string, position: Position | undefined): Promise<void>;
  /** Ends a channel; a channel that is not subscribed is none of its business. */
  unsubscribe(name: string): void;
  /** Where each live channel stands. */
  heads(): Readonly<Record<string, Position>>;
  /** Ends all. */
  end: Undo;
}

/** What the subscriptions of one session work with. */
export interface NativeChannelsContext {
  /** What all sessions work with. */
  readonly shared: SessionContext;
  readonly outbound: PeerSocket;
  /** Sends an `error`. */
  refuse(code: number, message: string, details?: object): void;
  /** The log could not be read. */
  onFault(error: unknown): void;
}

/** Makes the subscriptions of one user's session; none at first. */
export function createNativeChannels(userId: string, session: NativeChannelsContext): NativeChannels {
  const { shared: context, outbound, refuse, onFault } = session;
  const running = new Map<Channel, { readonly subscription: Subscription; readonly leaveHub: Undo }>();
  const recoveries = createRecoveryQueue(onFault);
  // One for all subscriptions of the session.
  const subscriptionContext: SubscriptionContext = {
    epoch: context.epoch,
    reader: context.reader,
    outbound,
    encode: nativeFrames,
    encodeOpening: openingFrames,
    onBehind: recoveries.add,
  };
  /** Made by the first one. */
  let removals: Map<Channel, number> | undefined;
  let isEnded = false;

  const nameOf = (name: string): string => (name === OWN_INBOX ? userChannel(userId) : name);

  const drop = (channel: string): void => {
    if (!isChannel(channel)) return;
    running.get(channel)?.subscription.end();
    running.get(channel)?.leaveHub();
    running.delete(channel);
  };

  const endAccess = (channel: Channel): void => {
    removals ??= new Map();
    removals.set(channel, (removals.get(channel) ?? 0) + 1);
    const subscription = running.get(channel)?.subscription;
    if (subscription === undefined) return;
    drop(channel);
    const seq = subscription.sentSeq + 1;
    outbound.push(encodeServerMessage({ type: 'access_removed', channel, seq, target: { channel } }));
  };

  const askAnew = async (): Promise<void> => {
    for (const channel of [...running.keys()]) {
      const isOwn = channel === userChannel(userId);
      if (!isOwn && !(await context.mayRead(userId, channel))) endAccess(channel);
    }
  };

  const stopWatching = watchRemovedChannels(userId, context.subscribe, endAccess, () => {
    askAnew().catch(onFault);
  });

  /** A removal that comes while the answer is on its way makes it worthless. */
  const mayRead = async (channel: Channel): Promise<boolean> => {
    for (;;) {
      const before = removals?.get(channel);
      const isAllowed = await context.mayRead(userId, channel);
      if (removals?.get(channel) === before) return isAllowed;
    }
  };

  return {
    async subscribe(name, position) {
      const channel = nameOf(name);
      if (!isChannel(channel)) {
        return refuse(CloseCode.badMessage, 'a channel is user:<id> or project:<id>', { channel: name });
      }
      if (!(await mayRead(channel))) {
        return refuse(CloseCode.forbidden, 'this channel is not yours', { channel: name });
      }
      drop(channel);
      if (running.size >= context.limits.maxChannelsPerConnection) {
        return refuse(CloseCode.tooMany, 'too many channels on this connection: unsubscribe first', {
          channel: name,
          limit: context.limits.maxChannelsPerConnection,
        });
      }
      if (isEnded) return;
      const subscription = new Subscription(channel, position, subscriptionContext);
      running.set(channel, { subscription, leaveHub: context.subscribe(channel, subscription) });
      recoveries.add(subscription);
    },
    unsubscribe: (name) => drop(nameOf(name)),
    heads() {
      const heads = new Map<string, Position>();
      for (const [channel, { subscription }] of running) {
        if (subscription.head !== undefined) heads.set(channel, subscription.head);
      }
      return Object.fromEntries(heads);
    },
    end() {
      isEnded = true;
      stopWatching();
      for (const channel of [...running.keys()]) drop(channel);
    },
  };
}
