import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { VerifyToken } from '@/ports/identity';
import type { Metrics } from '@/ports/metrics';
import { fingerprintOf } from '@/tasks/first-answers';
import type { TaskFields } from '@/tasks/stored-task';
import type { TaskCommand } from '@/tasks/task-command';
import type { TaskReader } from '@/tasks/task-reader';
import type { TaskWriter } from '@/tasks/task-writer';
import { pathOf } from './problem-answers';
import { requireUser } from './require-user';
import { completionBody, listQuery, newTaskBody, taskChangesBody, wholeTaskBody } from './schemas';
import { idempotencyKeyOf, versionConditionOf } from './write-headers';

const JSON_TYPE = 'application/json; charset=utf-8';
const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 500;

/** What the task routes work with. */
export interface TaskRoutesContext {
  readonly verify: VerifyToken;
  readonly metrics: Metrics;
  readonly writer: TaskWriter;
  readonly reader: TaskReader;
}

interface OneTask {
  readonly Params: { readonly id: string };
}

interface ListQuery {
  readonly status?: string;
  readonly search?: string;
  readonly project_id?: string;
  readonly limit?: string;
  readonly cursor?: string;
}

/** `/api/v1/tasks` (docs/PROTOCOL.md section 4). */
export function taskRoutes(app: FastifyInstance, { verify, metrics, writer, reader }: TaskRoutesContext): void {
  const userOf = requireUser(app, verify, metrics);

  const write = async (request: FastifyRequest, reply: FastifyReply, command: TaskCommand): Promise<FastifyReply> => {
    const { userId, name } = userOf(request);
    const key = idempotencyKeyOf(request.headers);
    const condition = versionConditionOf(request.headers);
    const answer = await writer.write({
      command,
      actor: { id: userId, ...(name !== undefined && { name }) },
      ...(condition !== undefined && { condition }),
      ...(key !== undefined && {
        idempotency: { key, fingerprint: fingerprintOf(request.method, pathOf(request), request.body) },
      }),
    });
    return reply.code(answer.status).type(JSON_TYPE).send(answer.body);
  };

  app.get<{ Querystring: ListQuery }>(
    '/api/v1/tasks',
    { schema: { querystring: listQuery } },
    async (request, reply) => {
      const { status, search, project_id: projectId, limit, cursor } = request.query;
      const body = await reader.list({
        userId: userOf(request).userId,
        limit: Math.min(Number(limit || DEFAULT_LIMIT), MAX_LIMIT),
        ...(status && { status }),
        ...(search && { search }),
        ...(projectId && { projectId }),
        ...(cursor && { cursor }),
      });
      return reply.type(JSON_TYPE).send(body);
    },
  );

  app.post<{ Body: TaskFields & { readonly id?: string } }>(
    '/api/v1/tasks',
    { schema: { body: newTaskBody } },
    (request, reply) => {
      const { id } = request.body;
      return write(request, reply, {
        kind: 'create',
        fields: request.body,
        ...(id !== undefined && { taskId: id }),
      });
    },
  );

  app.get<OneTask>('/api/v1/tasks/:id', async (request, reply) => {
    const body = await reader.get(userOf(request).userId, request.params.id);
    return reply.type(JSON_TYPE).send(body);
  });

  app.patch<OneTask & { Body: TaskFields }>(
    '/api/v1/tasks/:id',
    { schema: { body: taskChangesBody } },
    (request, reply) => write(request, reply, { kind: 'patch', taskId: request.params.id, fields: request.body }),
  );

  app.put<OneTask & { Body: TaskFields }>('/api/v1/tasks/:id', { schema: { body: wholeTaskBody } }, (request, reply) =>
    write(request, reply, { kind: 'replace', taskId: request.params.id, fields: request.body }),
  );

  app.delete<OneTask>('/api/v1/tasks/:id', (request, reply) =>
    write(request, reply, { kind: 'delete', taskId: request.params.id }),
  );

  app.patch<OneTask & { Body: { readonly completed?: boolean } | null | undefined }>(
    '/api/v1/tasks/:id/complete',
    { schema: { body: completionBody } },
    (request, reply) =>
      write(request, reply, {
        kind: 'patch',
        taskId: request.params.id,
        fields: { completed: request.body?.completed ?? true },
      }),
  );

  app.post<OneTask>('/api/v1/tasks/:id/restore', (request, reply) =>
    write(request, reply, { kind: 'restore', taskId: request.params.id }),
  );
}
