import { sql } from 'kysely';
import { type Channel, type Position, userChannel } from '@/lib/protocol';
import { channelHeads } from '@/log/channel-heads';
import { readConsistently } from '@/log/read-consistently';
import type { Database } from '@/ports/schema';
import { decodeCursor, encodeCursor, type ListFilter } from './list-cursor';
import { searchTextOf } from './stored-task';
import { notFound } from './task-not-found';

/** One page of a user's list. */
export interface ListRequest extends ListFilter {
  readonly userId: string;
  readonly limit: number;
  readonly cursor?: string;
}

/** Reads tasks; bodies are JSON text. */
export interface TaskReader {
  /** `{task, epoch}`. @throws Problem 404 for what is not this user's, or deleted. */
  get(userId: string, taskId: string): Promise<string>;
  /** `{tasks, positions, nextCursor?, complete}` ([SV12]). @throws Problem 400 for a foreign cursor. */
  list(request: ListRequest): Promise<string>;
}

/** Makes the reader. */
export function createTaskReader(db: Database, epoch: string): TaskReader {
  return {
    async get(userId, taskId) {
      const row = await db
        .selectFrom('tasks')
        .select('body')
        .where('id', '=', taskId)
        .where('owner_id', '=', userId)
        .where('deleted', '=', 0)
        .executeTakeFirst();
      if (row === undefined) throw notFound();
      return `{"task":${row.body},"epoch":${JSON.stringify(epoch)}}`;
    },
    list: (request) => listTasks(db, epoch, request),
  };
}

/** The channels that carry a user's list. */
export function channelsOfUser(userId: string): readonly Channel[] {
  return [userChannel(userId)];
}

async function listTasks(db: Database, epoch: string, request: ListRequest): Promise<string> {
  const { userId, limit, status, search, projectId } = request;
  const filter: ListFilter = {
    ...(status !== undefined && { status }),
    ...(search !== undefined && { search }),
    ...(projectId !== undefined && { projectId }),
  };
  const cursor = request.cursor === undefined ? undefined : decodeCursor(request.cursor, userId, filter);
  const { rows, positions } = await readConsistently(db, async (tx) => {
    let query = tx
      .selectFrom('tasks')
      .select(['id', 'body'])
      .where('owner_id', '=', userId)
      .where('deleted', '=', 0)
      .orderBy('id')
      .limit(limit + 1);
    if (cursor !== undefined) query = query.where('id', '>', cursor.after);
    if (status !== undefined) query = query.where('status', '=', status);
    if (projectId !== undefined) query = query.where('project_id', '=', projectId);
    if (search !== undefined) {
      query = query.where(sql<boolean>`search_text LIKE ${`%${escapeLike(searchTextOf(search))}%`} ESCAPE '\\'`);
    }
    return {
      rows: await query.execute(),
      positions: cursor?.positions ?? recordOf(await channelHeads(tx, epoch, channelsOfUser(userId))),
    };
  });
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  const nextCursor =
    rows.length > limit && last !== undefined ? encodeCursor({ after: last.id, positions }, userId, filter) : undefined;
  const complete = nextCursor === undefined && Object.keys(filter).length === 0;
  const tail = JSON.stringify({ positions, ...(nextCursor !== undefined && { nextCursor }), complete });
  return `{"tasks":[${page.map((row) => row.body).join(',')}],${tail.slice(1)}`;
}

function recordOf(heads: ReadonlyMap<Channel, Position>): Readonly<Record<string, Position>> {
  return Object.fromEntries(heads);
}

function escapeLike(text: string): string {
  return text.replaceAll(/[\\%_]/g, (sign) => `\\${sign}`);
}
