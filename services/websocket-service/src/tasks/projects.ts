import { randomUUID } from 'node:crypto';
import { projectChannel, userChannel } from '@/lib/protocol';
import type { JournalTransaction } from '@/log/journal';
import { accessRemoved } from '@/log/withdraw-task';
import { Problem } from '@/ports/problem';
import type { Database, DatabaseTransaction, ProjectRow } from '@/ports/schema';
import { isMember } from './task-access';

/** A project as its members see it. */
export interface Project {
  readonly id: string;
  readonly name: string;
  readonly ownerId: string;
  /** ISO 8601 UTC. */
  readonly createdAt: string;
}

/** Who belongs to a project, and since when (ISO 8601 UTC). */
export interface Member {
  readonly userId: string;
  readonly since: string;
}

/** Makes a project; who makes it owns it and is its first member. */
export async function createProject({ db, now }: JournalTransaction, ownerId: string, name: string): Promise<Project> {
  const row: ProjectRow = { id: randomUUID(), name, owner_id: ownerId, created_at: now };
  await db.insertInto('projects').values(row).execute();
  await db.insertInto('members').values({ user_id: ownerId, project_id: row.id, created_at: now }).execute();
  return projectOf(row);
}

/** The projects that a user belongs to, in the order of their ids. */
export async function projectsOf(db: Database, userId: string): Promise<readonly Project[]> {
  const rows = await db
    .selectFrom('projects')
    .selectAll()
    .where('id', 'in', db.selectFrom('members').select('project_id').where('user_id', '=', userId))
    .orderBy('id')
    .execute();
  return rows.map(projectOf);
}

/**
 * A project that the user belongs to.
 *
 * @throws Problem 404 for one that is not there or not the user's: the two read the same.
 */
export async function memberProject(db: DatabaseTransaction, userId: string, projectId: string): Promise<Project> {
  const row = await db.selectFrom('projects').selectAll().where('id', '=', projectId).executeTakeFirst();
  if (row === undefined || !(await isMember(db, userId, projectId))) {
    throw new Problem(404, 'There is no such project.');
  }
  return projectOf(row);
}

/** Who belongs to a project, in the order of their ids. */
export async function membersOf(db: DatabaseTransaction, projectId: string): Promise<readonly Member[]> {
  const rows = await db
    .selectFrom('members')
    .select(['user_id', 'created_at'])
    .where('project_id', '=', projectId)
    .orderBy('user_id')
    .execute();
  return rows.map((row) => ({ userId: row.user_id, since: isoOf(row.created_at) }));
}

/** Lets a user in; one who belongs to the project stays as it is. @throws Problem 409 when it has `maxMembers` already. */
export async function addMember(
  { db, now }: JournalTransaction,
  projectId: string,
  userId: string,
  maxMembers: number,
): Promise<void> {
  const members = await membersOf(db, projectId);
  if (members.some((member) => member.userId === userId)) return;
  if (members.length >= maxMembers) throw new Problem(409, `The project has ${maxMembers} members, the most.`);
  await db.insertInto('members').values({ user_id: userId, project_id: projectId, created_at: now }).execute();
}

/**
 * Takes a user out: the user's inbox says so, and whoever reads the project for this user stops ([SV66]). The user's own
 * tasks stay in the project.
 */
export async function removeMember(tx: JournalTransaction, projectId: string, userId: string): Promise<void> {
  const { numDeletedRows } = await tx.db
    .deleteFrom('members')
    .where('user_id', '=', userId)
    .where('project_id', '=', projectId)
    .executeTakeFirstOrThrow();
  if (numDeletedRows === 0n) return;
  tx.append([accessRemoved(userChannel(userId), { channel: projectChannel(projectId) })]);
}

function projectOf({ id, name, owner_id, created_at }: ProjectRow): Project {
  return { id, name, ownerId: owner_id, createdAt: isoOf(created_at) };
}

function isoOf(ms: number): string {
  return new Date(ms).toISOString();
}
