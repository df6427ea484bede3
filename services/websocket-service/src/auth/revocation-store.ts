import type { Journal } from '@/log/journal';
import type { Revocation } from '@/ports/revocation';
import type { Database } from '@/ports/schema';

/** What is kept of revocations. */
export interface RevocationStore {
  /** Keeps a revocation of now, and is durable when it resolves. */
  revoke(kind: Revocation['kind'], value: string): Promise<Revocation>;
  /** Those that were made at `since` or later, milliseconds since 1970. */
  revocationsSince(since: number): Promise<readonly Revocation[]>;
  /** Forgets those that are older than `maxAgeMs`. */
  forgetRevocations(maxAgeMs: number): Promise<void>;
}

/** Makes the store of revocations. */
export function createRevocationStore(db: Database, journal: Journal): RevocationStore {
  return {
    revoke: (kind, value) =>
      journal.write(async (tx) => {
        const revocation = { kind, value, at: tx.now };
        await tx.db
          .insertInto('revocations')
          .values(revocation)
          // The clock may have been set back: what was ended once stays ended.
          .onConflict((conflict) =>
            conflict.columns(['kind', 'value']).doUpdateSet({ at: tx.now }).where('revocations.at', '<', tx.now),
          )
          .execute();
        return revocation;
      }),
    async revocationsSince(since) {
      const rows = await db.selectFrom('revocations').selectAll().where('at', '>=', since).execute();
      return rows.map(({ kind, value, at }) => ({ kind: kind === 'jti' ? 'jti' : 'user', value, at: Number(at) }));
    },
    forgetRevocations: (maxAgeMs) =>
      journal.write(async (tx) => {
        await tx.db
          .deleteFrom('revocations')
          .where('at', '<', tx.now - maxAgeMs)
          .execute();
      }),
  };
}
