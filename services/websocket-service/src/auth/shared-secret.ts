import { randomBytes } from 'node:crypto';
import type { Journal } from '@/log/journal';

const SECRET_BYTES = 32;

/** The generated secret of development mode where replicas share a database: made once, by whoever comes first. */
export function createSharedSecret(journal: Journal) {
  return {
    sharedSecret: (): Promise<string> =>
      journal.write(async ({ db }) => {
        const value = randomBytes(SECRET_BYTES).toString('hex');
        await db
          .insertInto('meta')
          .values({ key: 'jwt-secret', value })
          .onConflict((conflict) => conflict.column('key').doNothing())
          .execute();
        const row = await db
          .selectFrom('meta')
          .select('value')
          .where('key', '=', 'jwt-secret')
          .executeTakeFirstOrThrow();
        return row.value;
      }),
  };
}
