/** JSON schemas of what comes in; each names the shape, the rules about values live with the tasks. */

const UUID = '^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$';

/** The task fields that the service knows; all others are free. */
const TASK_FIELDS = {
  title: { type: 'string', pattern: '\\S' },
  description: { type: ['string', 'null'] },
  status: { enum: ['pending', 'in_progress', 'completed'] },
  completed: { type: 'boolean' },
  priority: { enum: ['low', 'medium', 'high', 'urgent', null] },
  dueAt: { anyOf: [{ type: 'null' }, { type: 'string', format: 'date-time' }, { type: 'string', format: 'date' }] },
  projectId: { type: ['string', 'null'] },
} as const;

/** Body of `POST /api/v1/tasks`. */
export const newTaskBody = {
  type: 'object',
  required: ['title'],
  properties: { ...TASK_FIELDS, id: { type: 'string', pattern: UUID } },
} as const;

/** Body of `PUT /api/v1/tasks/:id`. */
export const wholeTaskBody = { type: 'object', required: ['title'], properties: TASK_FIELDS } as const;

/** Body of `PATCH /api/v1/tasks/:id`. */
export const taskChangesBody = { type: 'object', properties: TASK_FIELDS } as const;

/** Body of `PATCH /api/v1/tasks/:id/complete`; none means `{completed: true}`. */
export const completionBody = {
  type: ['object', 'null'],
  properties: { completed: { type: 'boolean' } },
} as const;

/** Body of `POST /api/v1/auth/dev-login`. */
export const loginBody = {
  type: 'object',
  required: ['name'],
  properties: { name: { type: 'string' } },
} as const;

/** Query of `GET /api/v1/tasks`. */
export const listQuery = {
  type: 'object',
  properties: {
    status: TASK_FIELDS.status,
    search: { type: 'string', maxLength: 200 },
    project_id: { type: 'string' },
    limit: { type: 'string', pattern: '^0*[1-9][0-9]{0,5}$' },
    cursor: { type: 'string' },
  },
} as const;

/** Query of `GET /api/v1/ws/stats`. */
export const statsQuery = { type: 'object', properties: { project_id: { type: 'string' } } } as const;
