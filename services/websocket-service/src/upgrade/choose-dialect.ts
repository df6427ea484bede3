import type { DialectName } from '@/lib/protocol';
import type { Endpoint } from './endpoint';

/** The message format of a plain socket, or why it can't have the one that it asks for. */
export type DialectChoice =
  /** `undefined`: the client's first frame decides between seeds 001 and 004. */
  { readonly dialect: DialectName | undefined } | { readonly cure: string };

const AT_WS: readonly DialectName[] = ['sync-service', 'task-update', 'real-time-sync', 'todo'];

/**
 * Chooses by the address ([SV131]): a project's path speaks seed 003 alone; elsewhere `?dialect=` wins, and `?userId=`
 * without a user in the path is how seed 002's clients come. An empty name asks for nothing.
 */
export function chooseDialect({ projectId, query, hasPathUser }: Endpoint): DialectChoice {
  const asked = query.get('dialect') ?? '';
  if (projectId !== undefined) {
    if (asked === '' || asked === 'taskmd') return { dialect: 'taskmd' };
    return { cure: 'a project speaks taskmd alone: leave ?dialect= out, or use /ws' };
  }
  if (asked === 'taskmd') return { cure: 'taskmd is spoken at /api/v1/projects/<projectId>/ws' };
  const known = AT_WS.find((name) => name === asked);
  if (known !== undefined) return { dialect: known };
  if (asked !== '') {
    return { cure: `leave ?dialect= out for seed 001’s task_update messages, or ask for one of ${AT_WS.join(', ')}` };
  }
  const isSeed002 = !hasPathUser && (query.get('userId') ?? '') !== '';
  return { dialect: isSeed002 ? 'real-time-sync' : undefined };
}
