/** The shapes that answers have, by name (docs/PROTOCOL.md sections 1 and 4). */

const TIME = { type: 'string', format: 'date-time' } as const;
const TIME_OR_NULL = { type: ['string', 'null'] } as const;
const COUNT = { type: 'integer', minimum: 0 } as const;
const TASK_ID = { type: ['string', 'number'], description: 'as its maker gave it; 5 and "5" are one task' } as const;

/** Points to one of {@link OPEN_API_SCHEMAS}. */
export function schemaRef(name: keyof typeof OPEN_API_SCHEMAS): { readonly $ref: string } {
  return { $ref: `#/components/schemas/${name}` };
}

function ref(name: string): { readonly $ref: string } {
  return { $ref: `#/components/schemas/${name}` };
}

function object(properties: object, optional: readonly string[] = []): object {
  const required = Object.keys(properties).filter((name) => !optional.includes(name));
  return { type: 'object', required, properties, additionalProperties: false };
}

/** All of them. A task takes further fields, nothing else does. */
export const OPEN_API_SCHEMAS = {
  Task: {
    type: 'object',
    required: ['id', 'title', 'status', 'completed', 'createdAt', 'updatedAt', 'ownerId', 'version'],
    properties: {
      id: TASK_ID,
      title: { type: 'string' },
      description: { type: ['string', 'null'] },
      status: {
        type: 'string',
        description: 'pending, in_progress or completed; another word where a backend has one',
      },
      completed: { type: 'boolean' },
      priority: { type: ['string', 'null'], description: 'low, medium, high or urgent' },
      dueAt: TIME_OR_NULL,
      createdAt: TIME,
      updatedAt: TIME,
      completedAt: TIME_OR_NULL,
      ownerId: { type: 'string' },
      projectId: { type: ['string', 'null'] },
      version: { type: 'integer', minimum: 1 },
    },
  },
  TaskStub: object({ id: TASK_ID, version: { type: 'integer', minimum: 1 } }),
  OneTask: object({ task: ref('Task'), epoch: { type: 'string' } }),
  DeletedTask: object({ task: ref('TaskStub'), epoch: { type: 'string' } }),
  Position: object({ epoch: { type: 'string' }, seq: COUNT, eventId: { type: 'string' } }, ['eventId']),
  TaskList: object(
    {
      tasks: { type: 'array', items: ref('Task') },
      positions: { type: 'object', additionalProperties: ref('Position') },
      nextCursor: { type: 'string' },
      complete: { type: 'boolean' },
    },
    ['nextCursor'],
  ),
  Actor: object({ id: { type: 'string' }, name: { type: 'string' } }, ['name']),
  HistoryLine: object(
    {
      event: { type: 'string' },
      version: COUNT,
      at: TIME,
      actor: ref('Actor'),
      changedFields: { type: 'array', items: { type: 'string' } },
      userId: { type: 'string', description: 'whose access a share or unshare is about' },
    },
    ['actor', 'changedFields', 'userId'],
  ),
  History: object(
    {
      history: { type: 'array', items: ref('HistoryLine') },
      nextCursor: { type: 'string' },
      epoch: { type: 'string' },
    },
    ['nextCursor'],
  ),
  Project: object({ id: { type: 'string' }, name: { type: 'string' }, ownerId: { type: 'string' }, createdAt: TIME }),
  OneProject: object({ project: ref('Project'), epoch: { type: 'string' } }),
  ProjectList: object({ projects: { type: 'array', items: ref('Project') } }),
  Member: object({ userId: { type: 'string' }, since: TIME }),
  MemberList: object({ members: { type: 'array', items: ref('Member') }, epoch: { type: 'string' } }, ['epoch']),
  ShareList: object({ shares: { type: 'array', items: ref('Member') } }),
  PublishedEvent: {
    type: 'object',
    description:
      'camelCase names are understood as well; the whole task has a title, anything else is a partial change',
    required: ['event_type', 'task_id'],
    properties: {
      id: { type: ['string', 'number'], description: 'deduplicates within the source' },
      source: { type: 'string' },
      event_type: { type: 'string', description: 'TASK_ADDED, TASK_CHANGED, … or task.created, task.updated, …' },
      user_id: { type: ['string', 'number'] },
      task_id: TASK_ID,
      data: { type: 'object' },
      task: { type: 'object' },
      version: { type: 'integer', minimum: 1 },
      timestamp: { type: 'string' },
      metadata: { type: 'object' },
      shared_with: { type: 'array', items: { type: ['string', 'number'] } },
      mutation_id: { type: 'string' },
      actor: { type: 'object' },
    },
  },
  PublishResult: object({
    accepted: COUNT,
    duplicates: COUNT,
    stale: COUNT,
    rejected: { type: 'array', items: object({ index: COUNT, reason: { type: 'string' } }) },
  }),
  Login: object({
    token: { type: 'string' },
    user: object({ id: { type: 'string' }, name: { type: 'string' } }),
    expiresAt: TIME,
  }),
  Stats: object({
    status: { const: 'ok' },
    project_id: { type: ['string', 'null'] },
    client_count: COUNT,
  }),
  Status: object({ status: { type: 'string' } }),
  Problem: {
    type: 'object',
    description: 'RFC 9457',
    required: ['type', 'title', 'status', 'detail'],
    properties: {
      type: { type: 'string' },
      title: { type: 'string' },
      status: { type: 'integer' },
      detail: { type: 'string', description: 'one sentence that says the cure' },
    },
  },
} as const;
