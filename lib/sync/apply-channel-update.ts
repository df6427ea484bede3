import { type ChannelUpdate, type Task, taskEventOf, taskKey } from '@/lib/protocol';
import {
  applyEvent,
  applySnapshot,
  beginEpoch,
  beginSnapshot,
  type Patch,
  type Replica,
  removeAccess,
  removeChannel,
} from '@/lib/replica';

/** Carries one piece of news from the connection into the replica; done when it returns ([RS1]). */
export function applyChannelUpdate<T extends Task>(
  replica: Replica<T>,
  update: ChannelUpdate<T>,
  now: number,
  patch: Patch<T>,
): void {
  switch (update.type) {
    case 'epoch':
      beginEpoch(replica, update.epoch, patch);
      return;
    case 'subscribed':
      beginEpoch(replica, update.position.epoch, patch);
      // Where nobody told when it was asked for.
      if (!update.recovered && !replica.asks.has(update.channel)) beginSnapshot(replica, update.channel);
      return;
    case 'snapshot':
      applySnapshot(replica, update.channel, update.tasks, patch);
      return;
    case 'plain':
    case 'resync':
      // Only servers without channels say so.
      return;
    case 'events':
      for (const item of update.events) {
        if (item.type === 'task_update') applyEvent(replica, taskEventOf(item), now, patch);
        else if ('taskId' in item.target) removeAccess(replica, item.channel, taskKey(item.target.taskId), patch);
        else removeChannel(replica, item.target.channel, patch);
      }
  }
}
