import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { HistoryReader } from '@/tasks/history-reader';
import type { TaskFields } from '@/tasks/stored-task';
import type { TaskCommand } from '@/tasks/task-command';
import type { TaskReader } from '@/tasks/task-reader';
import type { TaskWriter } from '@/tasks/task-writer';
import { type ListQuery, listRequestOf } from './list-request';
import { type RequireUserContext, requireUser } from './require-user';
import {
  completionBody,
  listQuery,
  newTaskBody,
  otherUserBody,
  pageQuery,
  taskChangesBody,
  wholeTaskBody,
} from './schemas';
import { versionConditionOf } from './write-headers';
import { JSON_TYPE, sendAnswer, writePartsOf } from './write-parts';

/** What the task routes work with. */
export interface TaskRoutesContext extends RequireUserContext {
  readonly writer: TaskWriter;
  readonly reader: TaskReader;
  readonly history: HistoryReader['history'];
}

interface OneTask {
  readonly Params: { readonly id: string };
}

/** `/api/v1/tasks` (docs/PROTOCOL.md section 4). */
export function taskRoutes(app: FastifyInstance, context: TaskRoutesContext): void {
  const { writer, reader, history } = context;
  const userOf = requireUser(app, context);

  const write = async (request: FastifyRequest, reply: FastifyReply, command: TaskCommand): Promise<FastifyReply> => {
    const condition = versionConditionOf(request.headers);
    const parts = writePartsOf(request, userOf(request));
    return sendAnswer(reply, await writer.write({ command, ...parts, ...(condition !== undefined && { condition }) }));
  };

  app.get<{ Querystring: ListQuery }>(
    '/api/v1/tasks',
    { schema: { querystring: listQuery } },
    async (request, reply) => {
      const body = await reader.list(listRequestOf(userOf(request).userId, request.query));
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

  app.get<OneTask & { Querystring: Pick<ListQuery, 'limit' | 'cursor'> }>(
    '/api/v1/tasks/:id/history',
    { schema: { querystring: pageQuery } },
    async (request, reply) => {
      const { userId, limit, cursor } = listRequestOf(userOf(request).userId, request.query);
      const taskId = request.params.id;
      return reply
        .type(JSON_TYPE)
        .send(await history({ userId, taskId, limit, ...(cursor !== undefined && { cursor }) }));
    },
  );

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

  app.get<OneTask>('/api/v1/tasks/:id/shares', async (request) => ({
    shares: await reader.shares(userOf(request).userId, request.params.id),
  }));

  for (const [method, kind] of [
    ['POST', 'share'],
    ['DELETE', 'unshare'],
  ] as const) {
    app.route<OneTask & { Body: { readonly userId: string } }>({
      method,
      url: '/api/v1/tasks/:id/shares',
      schema: { body: otherUserBody },
      handler: (request, reply) =>
        write(request, reply, { kind, taskId: request.params.id, userId: request.body.userId }),
    });
  }

  app.post<OneTask>('/api/v1/tasks/:id/restore', (request, reply) =>
    write(request, reply, { kind: 'restore', taskId: request.params.id }),
  );
}
