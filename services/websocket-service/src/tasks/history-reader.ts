import { isRecord } from '@/lib/protocol';
import { readConsistently } from '@/log/read-consistently';
import { Problem } from '@/ports/problem';
import type { Database } from '@/ports/schema';
import { roleOf } from './task-access';
import { readHistory } from './task-history';
import { notFound } from './task-not-found';
import { findTask } from './task-rows';

/** One page of a task's history. */
export interface HistoryRequest {
  readonly userId: string;
  readonly taskId: string;
  readonly limit: number;
  readonly cursor?: string;
}

/** Reads what happened to tasks. */
export interface HistoryReader {
  /**
   * `{history, nextCursor?, epoch}`, newest first, for whoever may see the task, or might see it if it were not deleted;
   * with whom it was shared is told to its owner alone ([SV71]).
   *
   * @throws Problem 404 for any other task, 400 for a cursor that is none.
   */
  history(request: HistoryRequest): Promise<string>;
}

/** Makes the reader. */
export function createHistoryReader(db: Database, epoch: string): HistoryReader {
  return {
    history: ({ userId, taskId, limit, cursor }) =>
      readConsistently(db, async (tx) => {
        const before = cursor === undefined ? undefined : entryOf(cursor);
        const found = await findTask(tx, taskId);
        const role = found && (await roleOf(tx, userId, found.task));
        if (role === undefined) throw notFound();
        const rows = await readHistory(tx, taskId, limit + 1, before);
        const page = rows.slice(0, limit);
        const last = page.at(-1);
        return JSON.stringify({
          history: page.map(({ body }) => lineFor(role === 'owner', JSON.parse(body))),
          ...(rows.length > limit && last !== undefined && { nextCursor: String(last.entry) }),
          epoch,
        });
      }),
  };
}

function lineFor(isOwner: boolean, line: unknown): unknown {
  if (isOwner || !isRecord(line)) return line;
  const { userId, ...visible } = line;
  return visible;
}

function entryOf(cursor: string): number {
  if (/^[1-9]\d{0,14}$/.test(cursor)) return Number(cursor);
  throw new Problem(400, 'The cursor is not of this history: start again without a cursor.');
}
