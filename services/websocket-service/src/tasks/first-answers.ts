import { createHash } from 'node:crypto';
import { isRecord } from '@/lib/protocol';
import { prepared } from '@/ports/prepared';
import { Problem } from '@/ports/problem';
import type { AnswerRow, DatabaseTransaction } from '@/ports/schema';
import type { Answer, Idempotency } from './task-command';

const FIND = prepared((db, { userId, key }: { userId: string; key: string }) =>
  db
    .selectFrom('answers')
    .select(['fingerprint', 'status', 'body'])
    .where('user_id', '=', userId)
    .where('key', '=', key),
);

const KEEP = prepared((db, { user_id, key, fingerprint, status, body, created_at }: AnswerRow) =>
  db.insertInto('answers').values({ user_id, key, fingerprint, status, body, created_at }),
);

/** Equal for requests that ask for the same, in whatever order their JSON names the fields. */
export function fingerprintOf(method: string, path: string, body: unknown): string {
  return createHash('sha256')
    .update(`${method} ${path}\n${JSON.stringify(sortedKeys(body)) ?? ''}`)
    .digest('base64url');
}

/**
 * The answer that this key got before, if any.
 *
 * @throws Problem 422 when the key was used for another request.
 */
export async function firstAnswer(
  tx: DatabaseTransaction,
  userId: string,
  { key, fingerprint }: Idempotency,
): Promise<Answer | undefined> {
  const row = await FIND.first(tx, { userId, key });
  if (row === undefined) return undefined;
  if (row.fingerprint !== fingerprint) {
    throw new Problem(422, 'This Idempotency-Key was used for another request: use a new key for a new change.');
  }
  return { status: row.status === 201 ? 201 : 200, body: row.body };
}

/** Keeps a successful answer, in the transaction of the change that it tells of. */
export async function keepAnswer(
  tx: DatabaseTransaction,
  userId: string,
  { key, fingerprint }: Idempotency,
  { status, body }: Answer,
  now: number,
): Promise<void> {
  await KEEP.run(tx, { user_id: userId, key, fingerprint, status, body, created_at: now });
}

/** Forgets the answers of before `before`, milliseconds since 1970. */
export async function forgetAnswers(tx: DatabaseTransaction, before: number): Promise<void> {
  await tx.deleteFrom('answers').where('created_at', '<', before).execute();
}

/** Arrays and objects are marked apart, so that no two different bodies become the same. */
function sortedKeys(value: unknown): unknown {
  if (Array.isArray(value)) return ['[', ...value.map(sortedKeys)];
  if (!isRecord(value)) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return ['{', ...entries.map(([key, item]) => [key, sortedKeys(item)])];
}
