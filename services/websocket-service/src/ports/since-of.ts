import { type RawBuilder, sql } from 'kysely';

/**
 * Since when the service knows a task, as part of a query: what is kept of the task begins with it ([LG33]). It is 0 for a
 * task that is not there.
 */
export function sinceOf(taskId: string): RawBuilder<number> {
  return sql<number>`coalesce((select since from tasks where id = ${taskId}), 0)`;
}
