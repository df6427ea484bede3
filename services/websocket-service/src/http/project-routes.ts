import type { FastifyInstance } from 'fastify';
import type { ProjectReader } from '@/tasks/project-reader';
import type { ProjectWriter } from '@/tasks/project-writer';
import type { TaskFields } from '@/tasks/stored-task';
import type { TaskReader } from '@/tasks/task-reader';
import type { TaskWriter } from '@/tasks/task-writer';
import { type ListQuery, listRequestOf } from './list-request';
import { type RequireUserContext, requireUser } from './require-user';
import { listQuery, newProjectBody, newTaskBody, otherUserBody } from './schemas';
import { JSON_TYPE, sendAnswer, writePartsOf } from './write-parts';

/** What the project routes work with. */
export interface ProjectRoutesContext extends RequireUserContext {
  readonly writer: TaskWriter;
  readonly reader: TaskReader;
  readonly projects: ProjectReader & ProjectWriter;
}

interface OneProject {
  readonly Params: { readonly projectId: string };
}

/** `/api/v1/projects` (docs/PROTOCOL.md section 4), seed 003's projects. */
export function projectRoutes(app: FastifyInstance, context: ProjectRoutesContext): void {
  const { writer, reader, projects } = context;
  const userOf = requireUser(app, context);

  app.get('/api/v1/projects', async (request) => ({ projects: await projects.projects(userOf(request).userId) }));

  app.post<{ Body: { readonly name: string } }>(
    '/api/v1/projects',
    { schema: { body: newProjectBody } },
    async (request, reply) => {
      const command = { kind: 'create', name: request.body.name.trim() } as const;
      return sendAnswer(reply, await projects.writeProject({ command, ...writePartsOf(request, userOf(request)) }));
    },
  );

  app.get<OneProject & { Querystring: ListQuery }>(
    '/api/v1/projects/:projectId/tasks',
    { schema: { querystring: listQuery } },
    async (request, reply) => {
      const asked = listRequestOf(userOf(request).userId, request.query);
      return reply.type(JSON_TYPE).send(await reader.list({ ...asked, ofProject: request.params.projectId }));
    },
  );

  app.post<OneProject & { Body: TaskFields & { readonly id?: string } }>(
    '/api/v1/projects/:projectId/tasks',
    { schema: { body: newTaskBody } },
    async (request, reply) => {
      const { projectId } = request.params;
      const { id } = request.body;
      await projects.project(userOf(request).userId, projectId);
      const fields = { ...request.body, projectId };
      const command = { kind: 'create', fields, ...(id !== undefined && { taskId: id }) } as const;
      return sendAnswer(reply, await writer.write({ command, ...writePartsOf(request, userOf(request)) }));
    },
  );

  app.get<OneProject>('/api/v1/projects/:projectId/members', async (request) => ({
    members: await projects.members(userOf(request).userId, request.params.projectId),
  }));

  for (const [method, kind] of [
    ['POST', 'add-member'],
    ['DELETE', 'remove-member'],
  ] as const) {
    app.route<OneProject & { Body: { readonly userId: string } }>({
      method,
      url: '/api/v1/projects/:projectId/members',
      schema: { body: otherUserBody },
      handler: async (request, reply) => {
        const command = { kind, projectId: request.params.projectId, userId: request.body.userId };
        return sendAnswer(reply, await projects.writeProject({ command, ...writePartsOf(request, userOf(request)) }));
      },
    });
  }
}
