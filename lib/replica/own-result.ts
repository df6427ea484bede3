import type { Mutation, Task } from '@/lib/protocol';
import { project } from './overlay';

/**
 * The base after an own change as far as it is nobody else's doing. What the server fills in by itself (times, the owner,
 * derived fields) is ours too: nothing that follows may be withdrawn because of it ([OB25]).
 *
 * @param base What the change was made on.
 * @param after What stands at the server now. One version further on nobody else can have been there in between.
 * @param buried What a restore brings back.
 */
export function ownResult<T extends Task>(
  base: T | undefined,
  mutation: Mutation<T>,
  after: T | undefined,
  buried: T | undefined,
): T | undefined {
  const isOurs =
    mutation.kind === 'create'
      ? base === undefined && (after?.version ?? 1) <= 1
      : base?.version !== undefined && after?.version === base.version + 1;
  return isOurs && after !== undefined ? after : project(base, mutation, buried);
}
