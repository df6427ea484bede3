import type { Task } from '@/lib/protocol';
import { applyList, applySnapshot, beginEpoch, type Patch, type Replica } from '@/lib/replica';
import type { StoredBase } from './outbox-store';

/** Shows what the server said last, until it speaks; only for a replica to which it has not spoken yet ([OB19]). */
export function restoreBase<T extends Task>(replica: Replica<T>, base: StoredBase<T>, patch: Patch<T>): void {
  if (base.epoch !== undefined) beginEpoch(replica, base.epoch, patch);
  const loose: T[] = [];
  const byChannel = new Map<string, T[]>();
  for (const { task, channels } of base.tasks) {
    if (channels.length === 0) loose.push(task);
    for (const channel of channels) {
      const tasks = byChannel.get(channel);
      if (tasks === undefined) byChannel.set(channel, [task]);
      else tasks.push(task);
    }
  }
  for (const [channel, tasks] of byChannel) applySnapshot(replica, channel, tasks, patch);
  applyList(replica, loose, patch);
}
