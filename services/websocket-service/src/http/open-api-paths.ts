import { type Operation, operation } from './open-api-parts';
import { schemaRef } from './open-api-schemas';
import { SOCKET_PATHS } from './open-api-sockets';
import {
  completionBody,
  listQuery,
  loginBody,
  newProjectBody,
  newTaskBody,
  otherUserBody,
  pageQuery,
  statsQuery,
  taskChangesBody,
  wholeTaskBody,
} from './schemas';

/** Path → method → operation. */
export type Paths = Readonly<Record<string, Readonly<Record<string, Operation>>>>;

const SOMEBODY = { userId: '8a1fe1d2-9d3c-4d0e-9f4e-5ac26c4c5f60' };
const WRITE = { isWrite: true, isConditional: true, answer: 'OneTask' } as const;

const TASK_PATHS: Paths = {
  '/api/v1/tasks': {
    get: operation({
      summary: 'The tasks of the caller’s inbox, own and shared, by id; of a project with project_id.',
      query: listQuery,
      answer: 'TaskList',
      refusals: [400],
    }),
    post: operation({
      summary: 'Makes a task; the caller may choose its id, a UUID.',
      body: newTaskBody,
      example: { title: 'Buy milk', priority: 'high', dueAt: '2026-12-01' },
      answer: 'OneTask',
      status: 201,
      isWrite: true,
      refusals: [403],
    }),
  },
  '/api/v1/tasks/{id}': {
    get: operation({ summary: 'One task.', answer: 'OneTask', refusals: [404] }),
    patch: operation({
      ...WRITE,
      summary: 'Changes the given fields.',
      body: taskChangesBody,
      example: { title: 'Buy oat milk' },
      refusals: [403, 404],
    }),
    put: operation({
      ...WRITE,
      summary: 'Replaces all fields of the caller’s.',
      body: wholeTaskBody,
      example: { title: 'Buy milk', status: 'in_progress' },
      refusals: [403, 404],
    }),
    delete: operation({ ...WRITE, summary: 'Deletes the task.', answer: 'DeletedTask', refusals: [403, 404] }),
  },
  '/api/v1/tasks/{id}/complete': {
    patch: operation({
      ...WRITE,
      summary: 'Completes the task, or reopens it; without a body it completes.',
      body: completionBody,
      example: { completed: true },
      refusals: [404],
    }),
  },
  '/api/v1/tasks/{id}/restore': {
    post: operation({ ...WRITE, summary: 'Brings a deleted task back.', refusals: [403, 404] }),
  },
  '/api/v1/tasks/{id}/shares': {
    get: operation({
      summary: 'With whom the task is shared; for its owner.',
      answer: 'ShareList',
      refusals: [403, 404],
    }),
    post: operation({
      ...WRITE,
      summary: 'Shares the task: the watcher may read and edit it.',
      body: otherUserBody,
      example: SOMEBODY,
      refusals: [403, 404],
    }),
    delete: operation({
      ...WRITE,
      summary: 'Takes a watcher’s access away at once.',
      body: otherUserBody,
      example: SOMEBODY,
      refusals: [403, 404],
    }),
  },
  '/api/v1/tasks/{id}/history': {
    get: operation({
      summary: 'Who changed what when, newest first.',
      query: pageQuery,
      answer: 'History',
      refusals: [400, 404],
    }),
  },
};

const PROJECT_PATHS: Paths = {
  '/api/v1/projects': {
    get: operation({ summary: 'The projects that the caller belongs to.', answer: 'ProjectList' }),
    post: operation({
      summary: 'Makes a project, the caller’s.',
      body: newProjectBody,
      example: { name: 'Home' },
      answer: 'OneProject',
      status: 201,
      isWrite: true,
    }),
  },
  '/api/v1/projects/{projectId}/tasks': {
    get: operation({
      summary: 'All tasks of a project, by id.',
      query: listQuery,
      answer: 'TaskList',
      refusals: [400, 404],
    }),
    post: operation({
      summary: 'Makes a task in the project.',
      body: newTaskBody,
      example: { title: 'Paint the door' },
      answer: 'OneTask',
      status: 201,
      isWrite: true,
      refusals: [404],
    }),
  },
  '/api/v1/projects/{projectId}/members': {
    get: operation({ summary: 'Who belongs to the project.', answer: 'MemberList', refusals: [404] }),
    post: operation({
      summary: 'Lets somebody in; for the project’s owner.',
      body: otherUserBody,
      example: SOMEBODY,
      answer: 'MemberList',
      isWrite: true,
      refusals: [403, 404],
    }),
    delete: operation({
      summary: 'Takes somebody out; for the project’s owner, and for whoever leaves.',
      body: otherUserBody,
      example: SOMEBODY,
      answer: 'MemberList',
      isWrite: true,
      refusals: [403, 404],
    }),
  },
};

const EVENT = schemaRef('PublishedEvent');

const OTHER_PATHS: Paths = {
  '/api/v1/events': {
    post: operation({
      summary: 'Publishes what happened in another backend: one event, or an array in order.',
      by: 'service',
      body: { anyOf: [EVENT, { type: 'array', items: EVENT }] },
      example: {
        id: '5a7c',
        event_type: 'TASK_ADDED',
        user_id: 'user-67890',
        task_id: 12_345,
        data: { id: 12_345, title: 'Buy milk', status: 'pending' },
      },
      answer: 'PublishResult',
      status: 202,
    }),
  },
  '/health': { get: operation({ summary: 'The process lives.', by: 'anybody', answer: 'Status' }) },
  '/ready': {
    get: operation({
      summary: 'It takes work, or it does not (503).',
      by: 'anybody',
      answer: 'Status',
      otherwise: 503,
    }),
  },
  '/api/v1/ws/stats': {
    get: operation({
      summary: 'How many sockets there are, or read a project.',
      by: 'anybody',
      query: statsQuery,
      answer: 'Stats',
      refusals: [400],
    }),
  },
};

const LOGIN_PATHS: Paths = {
  '/api/v1/auth/dev-login': {
    post: operation({
      summary: 'Development only: signs in by name.',
      by: 'anybody',
      body: loginBody,
      example: { name: 'Ada' },
      answer: 'Login',
      refusals: [503],
    }),
  },
};

/** The paths of a service; only development has a login of its own. */
export function openApiPaths(hasLogin: boolean): Paths {
  return { ...TASK_PATHS, ...PROJECT_PATHS, ...OTHER_PATHS, ...SOCKET_PATHS, ...(hasLogin && LOGIN_PATHS) };
}
