import { sql } from 'kysely';
import { type Channel, type Position, projectChannel, userChannel } from '@/lib/protocol';
import { channelHeads } from '@/log/channel-heads';
import { readConsistently } from '@/log/read-consistently';
import { Problem } from '@/ports/problem';
import type { Database, DatabaseTransaction } from '@/ports/schema';
import { tasksOfChannel } from './channel-tasks';
import { decodeCursor, encodeCursor, type ListFilter } from './list-cursor';
import { memberProject } from './projects';
import { searchTextOf } from './stored-task';
import { isMember, roleOf } from './task-access';
import { notFound } from './task-not-found';
import { findTask } from './task-rows';

/** One page of a user's list. */
export interface ListRequest extends ListFilter {
  readonly userId: string;
  /** The project whose list this is, all of it; without one it is the user's own list. */
  readonly ofProject?: string;
  readonly limit: number;
  readonly cursor?: string;
}

/** Who a task is shared with, and since when (ISO 8601 UTC). */
export interface Share {
  readonly userId: string;
  readonly since: string;
}

/** Reads tasks; bodies are JSON text. */
export interface TaskReader {
  /** `{task, epoch}`. @throws Problem 404 for what is not this user's, or deleted. */
  get(userId: string, taskId: string): Promise<string>;
  /**
   * With whom a task of the user's is shared, since when ([SV151]).
   *
   * @throws Problem 404 for what the user may not see, or deleted; 403 for what is not the user's own.
   */
  shares(userId: string, taskId: string): Promise<readonly Share[]>;
  /**
   * `{tasks, positions, nextCursor?, complete}` ([SV12]).
   *
   * @throws Problem 400 for a foreign cursor, 404 for a project that the user does not belong to.
   */
  list(request: ListRequest): Promise<string>;
}

/** Makes the reader. */
export function createTaskReader(db: Database, epoch: string): TaskReader {
  return {
    get: (userId, taskId) =>
      readConsistently(db, async (tx) => {
        const found = await findTask(tx, taskId);
        if (found === undefined || found.isDeleted || !(await roleOf(tx, userId, found.task))) throw notFound();
        return JSON.stringify({ task: found.task, epoch });
      }),
    shares: (userId, taskId) =>
      readConsistently(db, async (tx) => {
        const found = await findTask(tx, taskId);
        const role = found && !found.isDeleted && (await roleOf(tx, userId, found.task));
        if (!role) throw notFound();
        if (role !== 'owner') throw new Problem(403, 'Only the owner of a task is told who else may see it.');
        const rows = await tx
          .selectFrom('shares')
          .select(['user_id', 'created_at'])
          .where('task_id', '=', String(found.task.id))
          .orderBy('user_id')
          .execute();
        return rows.map((row) => ({ userId: row.user_id, since: new Date(row.created_at).toISOString() }));
      }),
    list: (request) => listTasks(db, epoch, request),
  };
}

/** The channel that a list shows: a project that is asked for, also by a filter, where the user belongs to it. */
async function channelOfList(tx: DatabaseTransaction, request: ListRequest): Promise<Channel> {
  const { userId, ofProject, projectId } = request;
  if (ofProject !== undefined) return projectChannel((await memberProject(tx, userId, ofProject)).id);
  const isProject = projectId !== undefined && (await isMember(tx, userId, projectId));
  return isProject ? projectChannel(projectId) : userChannel(userId);
}

async function listTasks(db: Database, epoch: string, request: ListRequest): Promise<string> {
  const { userId, ofProject, limit, status, search, projectId } = request;
  const reader = ofProject === undefined ? userId : JSON.stringify([userId, ofProject]);
  const filter: ListFilter = {
    ...(status !== undefined && { status }),
    ...(search !== undefined && { search }),
    ...(projectId !== undefined && { projectId }),
  };
  const cursor = request.cursor === undefined ? undefined : decodeCursor(request.cursor, reader, filter);
  const { rows, positions } = await readConsistently(db, async (tx) => {
    const channel = await channelOfList(tx, request);
    let query = tasksOfChannel(tx, channel)
      .select(['id', 'body'])
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
      positions: cursor?.positions ?? recordOf(await channelHeads(tx, epoch, [channel])),
    };
  });
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  const nextCursor =
    rows.length > limit && last !== undefined ? encodeCursor({ after: last.id, positions }, reader, filter) : undefined;
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
