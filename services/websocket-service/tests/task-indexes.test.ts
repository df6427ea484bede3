import { CompiledQuery, type Expression, sql } from 'kysely';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { DatabaseTransaction } from '@/ports/schema';
import { tasksOfChannel } from '@/tasks/channel-tasks';
import { TASK_DATABASES } from './support/task-store';

const QUERY_PLAN: Readonly<Record<string, Expression<unknown> | undefined>> = { 'embedded SQLite': sql`query plan` };

interface Explainable {
  explain(format: undefined, options: Expression<unknown> | undefined): Promise<unknown>;
}

describe.each(TASK_DATABASES)('the lists of tasks in $name', ({ name, open }) => {
  /** How the database finds the rows of a query. */
  const planOf = async (query: (tx: DatabaseTransaction) => Explainable): Promise<string> => {
    const { db, close } = await open();
    onTestFinished(close);
    return db.transaction().execute(async (tx) => {
      // A table of a few rows is read as a whole otherwise.
      if (name === 'PostgreSQL') await tx.executeQuery(CompiledQuery.raw('SET LOCAL enable_seqscan = off'));
      return JSON.stringify(await query(tx).explain(undefined, QUERY_PLAN[name]));
    });
  };

  it('[LG32] are read by an index', async () => {
    expect(await planOf((tx) => tasksOfChannel(tx, 'user:ada').select('body'))).toMatch(/tasks_of_owner/);
    expect(await planOf((tx) => tasksOfChannel(tx, 'project:p').select('body'))).toMatch(/tasks_of_project/);
  });

  it('[LG32] come a page at a time from that of a project, in their order', async () => {
    const plan = await planOf((tx) => tasksOfChannel(tx, 'project:p').select('body').orderBy('id').limit(3));
    expect(plan).toMatch(/tasks_of_project/);
    expect(plan).not.toMatch(/sort|temp b-tree/i);
  });

  it('[LG32] of projects leave out the tasks of none', async () => {
    const ofNone = (tx: DatabaseTransaction) =>
      tx.selectFrom('tasks').select('body').where('project_id', 'is', null).where('deleted', '=', 0);
    expect(await planOf(ofNone)).not.toMatch(/tasks_of_project/);
  });
});
