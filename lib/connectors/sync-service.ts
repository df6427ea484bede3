import { syncServiceClient as dialect, type ForeignConnector, type Task } from '@/lib/protocol';
import { defineConnector } from './define-connector';
import { type ForeignOptions, foreignPlan } from './foreign-options';

/** The connector for a Real-time Sync Service (seed 000), with the tasks in the Chat API beside it. */
export function syncService<T extends Task = Task>(options: ForeignOptions): ForeignConnector<T> {
  const { auth, ...plan } = foreignPlan(options, () => '/ws?dialect=sync-service');
  return defineConnector({ ...plan, name: 'sync-service', dialect, socket: { auth }, trustsUpdatedAt: true });
}
