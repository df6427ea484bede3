import { type Channel, CloseCode, isChannel, OWN_INBOX, type Position, userChannel } from '@/lib/protocol';
import type { Undo } from '@/ports/clock';
import type { Outbound } from '@/session/outbound';
import { createRecoveryQueue } from '@/session/recovery-queue';
import { Subscription } from '@/session/subscription';
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
export interface NativeChannelsContext extends SessionContext {
  readonly outbound: Outbound;
  /** Sends an `error`. */
  refuse(code: number, message: string, details?: object): void;
  /** The log could not be read. */
  onFault(error: unknown): void;
}

/** Makes the subscriptions of one user's session; none at first. */
export function createNativeChannels(userId: string, context: NativeChannelsContext): NativeChannels {
  const { limits, refuse } = context;
  const running = new Map<Channel, { readonly subscription: Subscription; readonly leaveHub: Undo }>();
  const recoveries = createRecoveryQueue(context.onFault);
  let isEnded = false;

  const nameOf = (name: string): string => (name === OWN_INBOX ? userChannel(userId) : name);

  const drop = (channel: string): void => {
    if (!isChannel(channel)) return;
    running.get(channel)?.subscription.end();
    running.get(channel)?.leaveHub();
    running.delete(channel);
  };

  return {
    async subscribe(name, position) {
      const channel = nameOf(name);
      if (!isChannel(channel)) {
        return refuse(CloseCode.badMessage, 'a channel is user:<id> or project:<id>', { channel: name });
      }
      if (!(await context.mayRead(userId, channel))) {
        return refuse(CloseCode.forbidden, 'this channel is not yours', { channel: name });
      }
      drop(channel);
      if (running.size >= limits.maxChannelsPerConnection) {
        return refuse(CloseCode.tooMany, 'too many channels on this connection: unsubscribe first', {
          channel: name,
          limit: limits.maxChannelsPerConnection,
        });
      }
      if (isEnded) return;
      const subscription = new Subscription(channel, position, {
        epoch: context.epoch,
        reader: context.reader,
        outbound: context.outbound,
        encode: nativeFrames,
        encodeOpening: openingFrames,
        onBehind: recoveries.add,
      });
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
      for (const channel of [...running.keys()]) drop(channel);
    },
  };
}
