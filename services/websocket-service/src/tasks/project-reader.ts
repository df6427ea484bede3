import { readConsistently } from '@/log/read-consistently';
import type { Database } from '@/ports/schema';
import { type Member, memberProject, membersOf, type Project, projectsOf } from './projects';
import { isMember } from './task-access';

/** Reads projects. */
export interface ProjectReader {
  /** The user's projects. */
  projects(userId: string): Promise<readonly Project[]>;
  /** A project of the user's. @throws Problem 404 for any other. */
  project(userId: string, projectId: string): Promise<Project>;
  /** Who belongs to a project of the user's. @throws Problem 404 for any other. */
  members(userId: string, projectId: string): Promise<readonly Member[]>;
  isMember(userId: string, projectId: string): Promise<boolean>;
}

/** Makes the reader. */
export function createProjectReader(db: Database): ProjectReader {
  return {
    projects: (userId) => projectsOf(db, userId),
    project: (userId, projectId) => readConsistently(db, (tx) => memberProject(tx, userId, projectId)),
    members: (userId, projectId) =>
      readConsistently(db, async (tx) => {
        await memberProject(tx, userId, projectId);
        return membersOf(tx, projectId);
      }),
    isMember: (userId, projectId) => isMember(db, userId, projectId),
  };
}
