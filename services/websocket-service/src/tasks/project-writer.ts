import type { Actor } from '@/lib/protocol';
import type { JournalTransaction } from '@/log/journal';
import { Problem } from '@/ports/problem';
import type { AnswerOnce } from './answer-once';
import { addMember, createProject, memberProject, membersOf, removeMember } from './projects';
import type { Answer, Idempotency } from './task-command';

/** One wish about projects. */
export type ProjectCommand =
  | { readonly kind: 'create'; readonly name: string }
  | { readonly kind: 'add-member' | 'remove-member'; readonly projectId: string; readonly userId: string };

/** A command with who sent it. Plain data. */
export interface ProjectWrite {
  readonly command: ProjectCommand;
  readonly actor: Actor;
  readonly idempotency?: Idempotency;
}

/** Bounds of a project. */
export interface ProjectLimits {
  readonly maxMembersPerProject: number;
}

/** Changes projects. */
export interface ProjectWriter {
  /**
   * Carries out one command; `{project, epoch}` after a create, else `{members, epoch}`. A project's owner decides who
   * belongs to it; any other member may only leave ([SV65]).
   *
   * @throws Problem 400, 403, 404, 409 or 422; then nothing happened.
   */
  writeProject(write: ProjectWrite): Promise<Answer>;
}

/** Makes the writer. */
export function createProjectWriter(answerOnce: AnswerOnce, epoch: string, limits: ProjectLimits): ProjectWriter {
  const carryOut = async (tx: JournalTransaction, { command, actor }: ProjectWrite): Promise<Answer> => {
    if (command.kind === 'create') {
      const project = await createProject(tx, actor.id, command.name);
      return { status: 201, body: JSON.stringify({ project, epoch }) };
    }
    const { kind, projectId, userId } = command;
    const { ownerId } = await memberProject(tx.db, actor.id, projectId);
    if (actor.id !== ownerId && !(kind === 'remove-member' && userId === actor.id)) {
      throw new Problem(403, 'Only the owner of a project decides who belongs to it; you may leave it yourself.');
    }
    if (kind === 'add-member') await addMember(tx, projectId, userId, limits.maxMembersPerProject);
    else if (userId === ownerId) throw new Problem(400, 'userId is the project’s owner, who always belongs to it.');
    else await removeMember(tx, projectId, userId);
    const members = await membersOf(tx.db, projectId);
    return { status: 200, body: JSON.stringify({ members, epoch }) };
  };

  return { writeProject: (write) => answerOnce(write.actor.id, write.idempotency, (tx) => carryOut(tx, write)) };
}
