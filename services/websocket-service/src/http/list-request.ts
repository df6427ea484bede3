import type { ListRequest } from '@/tasks/task-reader';

const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 500;

/** The query of a list of tasks; an empty parameter counts as absent. */
export interface ListQuery {
  readonly status?: string;
  readonly search?: string;
  readonly project_id?: string;
  readonly limit?: string;
  readonly cursor?: string;
}

/** What a list's query asks for; a page has 100 tasks, at most 500. */
export function listRequestOf(userId: string, query: ListQuery): ListRequest {
  const { status, search, project_id: projectId, limit, cursor } = query;
  return {
    userId,
    limit: Math.min(Number(limit || DEFAULT_LIMIT), MAX_LIMIT),
    ...(status && { status }),
    ...(search && { search }),
    ...(projectId && { projectId }),
    ...(cursor && { cursor }),
  };
}
