import { isPosition } from '@/lib/protocol/position';
import { isCount, isRecord, isText } from '@/lib/protocol/task';
import type { SnapshotPage, Subscribed } from './server-message';

/**
 * A message that takes no `seq`, as far as a connection has to rely on it: tasks and events in it are not looked at yet, and
 * what only people or logs read may be missing.
 */
export type UnsequencedMessage =
  | Subscribed
  | (Omit<SnapshotPage, 'tasks'> & { readonly tasks: readonly unknown[] })
  | { readonly type: 'batch'; readonly events: readonly unknown[] }
  | { readonly type: 'welcome'; readonly expiresAt?: unknown; readonly serverTime?: unknown }
  | { readonly type: 'ping'; readonly heads?: unknown }
  | { readonly type: 'auth_ok'; readonly expiresAt?: unknown }
  | { readonly type: 'pong' | 'auth_expiring' | 'error' };

/** Can a connection go by this message? */
export function isUnsequencedMessage(value: unknown): value is UnsequencedMessage {
  if (!isRecord(value)) return false;
  switch (value.type) {
    case 'batch':
      return Array.isArray(value.events);
    case 'snapshot':
      return (
        isText(value.channel) &&
        isPosition(value.position) &&
        Array.isArray(value.tasks) &&
        isCount(value.page) &&
        typeof value.last === 'boolean'
      );
    case 'subscribed':
      return (
        isText(value.channel) &&
        isPosition(value.position) &&
        typeof value.recovered === 'boolean' &&
        isCount(value.replayed) &&
        (value.source === undefined || value.source === 'backend')
      );
    case 'welcome':
    case 'ping':
    case 'pong':
    case 'auth_ok':
    case 'auth_expiring':
    case 'error':
      return true;
    default:
      return false;
  }
}
