/**
 * JSON schemas of what comes in. A `description` completes the sentence "<field> must be …" of the refusal; rules that
 * need the stored task live with the tasks.
 */

const UUID = '^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$';

/** What databases can keep ([SV145]). */
const NO_NUL = '^[^\\u0000]*$';

/** The task fields that the service knows; all others are free. */
const TASK_FIELDS = {
  title: { type: 'string', pattern: '\\S', description: 'a text that is not blank' },
  description: { type: ['string', 'null'], description: 'a text or null' },
  status: { enum: ['pending', 'in_progress', 'completed'], description: 'pending, in_progress or completed' },
  completed: { type: 'boolean', description: 'true or false' },
  priority: { enum: ['low', 'medium', 'high', 'urgent', null], description: 'low, medium, high, urgent or null' },
  dueAt: {
    anyOf: [{ type: 'null' }, { type: 'string', format: 'date-time' }, { type: 'string', format: 'date' }],
    description: 'an ISO 8601 date, such as 2026-11-21 or 2026-11-21T12:00:00Z, or null',
  },
  projectId: { type: ['string', 'null'], pattern: NO_NUL, description: 'a project id or null' },
} as const;

/** Body of `POST /api/v1/tasks`. */
export const newTaskBody = {
  type: 'object',
  required: ['title'],
  properties: { ...TASK_FIELDS, id: { type: 'string', pattern: UUID, description: 'a UUID' } },
} as const;

/** Body of `PUT /api/v1/tasks/:id`. */
export const wholeTaskBody = { type: 'object', required: ['title'], properties: TASK_FIELDS } as const;

/** Body of `PATCH /api/v1/tasks/:id`. */
export const taskChangesBody = { type: 'object', properties: TASK_FIELDS } as const;

/** Body of `PATCH /api/v1/tasks/:id/complete`; none means `{completed: true}`. */
export const completionBody = {
  type: ['object', 'null'],
  properties: { completed: TASK_FIELDS.completed },
} as const;

/** Body of `POST /api/v1/projects`. */
export const newProjectBody = {
  type: 'object',
  required: ['name'],
  properties: {
    name: {
      type: 'string',
      allOf: [{ pattern: '\\S' }, { pattern: NO_NUL }],
      maxLength: 200,
      description: 'a text of 1 to 200 characters that is not blank',
    },
  },
} as const;

/** Body that names another user: of `/api/v1/tasks/:id/shares` and `/api/v1/projects/:projectId/members`. */
export const otherUserBody = {
  type: 'object',
  required: ['userId'],
  properties: {
    userId: { type: 'string', minLength: 1, maxLength: 200, pattern: NO_NUL, description: 'the id of a user' },
  },
} as const;

/** Body of `POST /api/v1/auth/dev-login`. */
export const loginBody = {
  type: 'object',
  required: ['name'],
  properties: { name: { type: 'string', description: 'a text' } },
} as const;

const ONE_TEXT = { type: 'string', description: 'given once' } as const;

/** Which page of a list; an empty parameter counts as absent. */
const PAGE = {
  limit: { type: 'string', pattern: '^(0*[1-9][0-9]{0,5})?$', description: 'a number from 1 up; 500 is the most' },
  cursor: ONE_TEXT,
} as const;

/** Query of `GET /api/v1/tasks/:id/history`. */
export const pageQuery = { type: 'object', properties: PAGE } as const;

/** Query of `GET /api/v1/tasks`; an empty parameter counts as absent. */
export const listQuery = {
  type: 'object',
  properties: {
    status: { enum: ['', ...TASK_FIELDS.status.enum], description: TASK_FIELDS.status.description },
    search: { type: 'string', maxLength: 200, description: 'a text of at most 200 characters' },
    project_id: ONE_TEXT,
    ...PAGE,
  },
} as const;

/** Query of `GET /api/v1/ws/stats`. */
export const statsQuery = { type: 'object', properties: { project_id: ONE_TEXT } } as const;
