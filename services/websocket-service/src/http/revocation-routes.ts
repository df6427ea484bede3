import type { FastifyInstance } from 'fastify';
import type { Hesitate } from '@/auth/late-refusals';
import type { RevocationStore } from '@/auth/revocation-store';
import type { Revocations } from '@/auth/revocations';
import type { CheckServiceKey } from '@/auth/service-key';
import type { Metrics } from '@/ports/metrics';
import { requireServiceKey } from './require-service-key';

/** What the revocation route works with. */
export interface RevocationContext {
  readonly isServiceKey: CheckServiceKey;
  readonly hesitate: Hesitate;
  readonly metrics: Metrics;
  readonly store: Pick<RevocationStore, 'revoke'>;
  readonly revocations: Revocations;
}

const TEXT = {
  type: 'string',
  minLength: 1,
  maxLength: 256,
  pattern: '^[^\\u0000]*$',
  description: 'a text of 1 to 256 characters',
} as const;

const revocationBody = {
  type: 'object',
  properties: { userId: TEXT, jti: TEXT },
  oneOf: [{ required: ['userId'] }, { required: ['jti'] }],
  description: 'an object with either userId or jti',
} as const;

/** `POST /revocations` on the internal listener: ends all tokens of a user, or one by its `jti` ([AU44], [AU45]). */
export function revocationRoutes(app: FastifyInstance, context: RevocationContext): void {
  const { isServiceKey, hesitate, metrics, store, revocations } = context;
  requireServiceKey(app, isServiceKey, metrics, hesitate);
  app.post<{ Body: { readonly userId?: string; readonly jti?: string } }>(
    '/revocations',
    { schema: { body: revocationBody } },
    async ({ body: { userId, jti } }) => {
      const revocation = await (userId === undefined ? store.revoke('jti', jti ?? '') : store.revoke('user', userId));
      revocations.add(revocation);
      return { ...(userId === undefined ? { jti } : { userId }), revokedAt: new Date(revocation.at).toISOString() };
    },
  );
}
