import type { Limits } from '@/config/limits';
import type { Undo } from '@/ports/clock';
import type { Metrics } from '@/ports/metrics';
import type { TooMany, Traffic } from '@/ports/traffic';
import { Paces } from './paces';
import { createSlots, type Slots } from './slots';
import { TokenBuckets } from './token-buckets';

/** Makes the counting of one service. */
export function createTraffic(limits: Limits, now: () => number, metrics: Pick<Metrics, 'limitRefusals'>): Traffic {
  const users = createSlots(limits.maxConnectionsPerUser);
  const addresses = createSlots(limits.maxConnectionsPerAddress);
  const faults = new Paces(limits.faultsPerAddress, limits.maxFaultWaitMs, now);

  const refuse = (limit: string, retryAfterMs: number): TooMany => {
    metrics.limitRefusals.add(limit);
    return { retryAfterMs };
  };
  const counter = (limit: string, rate: Limits['messagesPerUser']) => {
    const buckets = new TokenBuckets(rate, now);
    return (key: string): TooMany | undefined => {
      const retryAfterMs = buckets.take(key);
      return retryAfterMs === 0 ? undefined : refuse(limit, retryAfterMs);
    };
  };
  const connectsPerAddress = counter('connects-per-address', limits.connectsPerAddress);
  const connectsPerUser = counter('connects-per-user', limits.connectsPerUser);

  /** A slot that a refused connect does not keep. */
  const connect = (slots: Slots, words: string, key: string, countConnect: typeof connectsPerUser): Undo | TooMany => {
    const leave = slots.take(key);
    if (leave === undefined) return refuse(words, limits.tooManyRetryAfterMs);
    const tooMany = countConnect(key);
    if (tooMany !== undefined) leave();
    return tooMany ?? leave;
  };

  return {
    connectFrom: (address) => connect(addresses, 'connections-per-address', address, connectsPerAddress),
    connectAs: (userId) => connect(users, 'connections-per-user', userId, connectsPerUser),
    messageFrom: counter('messages-per-address', limits.messagesPerAddress),
    messageOf: counter('messages-per-user', limits.messagesPerUser),
    faultFrom(address) {
      const waitMs = faults.take(address);
      if (waitMs > 0) metrics.limitRefusals.add('faults-per-address');
      return waitMs;
    },
    requestFrom: counter('requests-per-address', limits.requestsPerAddress),
    requestOf: counter('requests-per-user', limits.requestsPerUser),
  };
}
