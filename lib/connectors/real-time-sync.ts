import { realTimeSyncClient as dialect, type ForeignConnector, type Task } from '@/lib/protocol';
import { defineConnector } from './define-connector';
import { type ForeignOptions, foreignPlan } from './foreign-options';

/** Nothing is sent before it. */
const SUBSCRIBE_ALL = '{"type":"subscribe","all":true}';

/** The connector for the real-time-sync skill (seed 002): subscribes to all tasks of the user, asks `ping`. */
export function realTimeSync<T extends Task = Task>(options: ForeignOptions): ForeignConnector<T> {
  const { auth, ...plan } = foreignPlan(options, (userId) => `/ws?userId=${encodeURIComponent(userId)}`);
  return defineConnector({
    ...plan,
    name: 'real-time-sync',
    dialect,
    socket: { auth, greeting: [SUBSCRIBE_ALL], ping: '{"type":"ping"}' },
    trustsUpdatedAt: true,
    restores: true,
  });
}
