import { isPosition } from '@/lib/protocol/position';
import { isRecord, isTask, isText } from '@/lib/protocol/task';
import { isSequencedMessage } from './is-sequenced-message';
import type { ServerMessage } from './server-message';
import { isUnsequencedMessage, type UnsequencedMessage } from './unsequenced-message';

/** Is this whole message as the protocol says, down to its tasks and events ([DI6])? Checks in place, never throws. */
export function isServerMessage(value: unknown): value is ServerMessage {
  return isSequencedMessage(value) || (isRecord(value) && isUnsequencedMessage(value) && isWhole(value));
}

/** Looks at what {@link isUnsequencedMessage} leaves out. */
function isWhole(value: Record<string, unknown> & UnsequencedMessage): boolean {
  switch (value.type) {
    case 'batch':
      return value.events.every(isSequencedMessage);
    case 'snapshot':
      return value.tasks.every(isTask);
    case 'welcome':
      return (
        isText(value.userId) &&
        isText(value.sessionId) &&
        isText(value.serverTime) &&
        Number.isFinite(value.pingIntervalMs) &&
        isText(value.expiresAt)
      );
    case 'ping':
      return isText(value.timestamp) && isRecord(value.heads) && Object.values(value.heads).every(isPosition);
    case 'pong':
      return value.id === undefined || isText(value.id) || typeof value.id === 'number';
    case 'auth_ok':
      return isText(value.expiresAt);
    case 'auth_expiring':
      return Number.isFinite(value.inMs);
    case 'error':
      return Number.isSafeInteger(value.code) && isText(value.message);
    case 'subscribed':
      return true;
  }
}
