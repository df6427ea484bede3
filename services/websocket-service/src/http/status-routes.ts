import type { FastifyInstance } from 'fastify';
import { statsQuery } from './schemas';

/** What the status routes ask. */
export interface StatusContext {
  /** Is the service taking work? It is not while it drains, or while its database does not answer or can't be written. */
  isReady(): Promise<boolean>;
  /** Sockets, or those that read a project. */
  countClients(projectId: string | undefined): number;
}

/** `/health` (the process lives), `/ready` (it takes work), and seed 003's statistics, which are counts only. */
export function statusRoutes(app: FastifyInstance, { isReady, countClients }: StatusContext): void {
  app.get('/health', async () => ({ status: 'ok' }));

  app.get('/ready', async (_request, reply) => {
    if (await isReady()) return { status: 'ready' };
    return reply.code(503).send({ status: 'unavailable' });
  });

  app.get<{ Querystring: { readonly project_id?: string } }>(
    '/api/v1/ws/stats',
    { schema: { querystring: statsQuery } },
    async ({ query }) => ({
      status: 'ok',
      project_id: query.project_id ?? null,
      client_count: countClients(query.project_id),
    }),
  );
}
