import type { FastifyInstance } from 'fastify';
import type { Login } from '@/auth/development-login';
import { loginBody } from './schemas';

/** `POST /api/v1/auth/dev-login`: development only; production does not have the route. */
export function loginRoutes(app: FastifyInstance, login: (name: string) => Promise<Login>): void {
  app.post<{ Body: { readonly name: string } }>('/api/v1/auth/dev-login', { schema: { body: loginBody } }, (request) =>
    login(request.body.name),
  );
}
