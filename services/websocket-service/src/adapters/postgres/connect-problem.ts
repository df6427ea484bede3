import { storageProblemOf } from '@/ports/storage-problem';

/** What the server says when it is there and does not let this user in. */
const REFUSALS: ReadonlyMap<unknown, string> = new Map([
  ['28P01', 'does not take this password'],
  ['28000', 'does not let this user in'],
  ['3D000', 'has no such database'],
  ['42501', 'does not let this user make the schema taskwire'],
]);

/**
 * Why the service can't start on a PostgreSQL, in one sentence with its cure; `undefined` for any other error. The address
 * is named without user and password.
 */
export function connectProblemOf(error: unknown, url: string): Error | undefined {
  if (!(error instanceof Error)) return undefined;
  const code = 'code' in error ? String(error.code) : error.message;
  const { host, pathname } = new URL(url);
  const server = `The PostgreSQL at ${host}`;
  const refusal = REFUSALS.get(code);
  if (refusal !== undefined)
    return new Error(`${server}${pathname} ${refusal}: correct DATABASE_URL, or the user's rights.`);
  if (storageProblemOf(error) === undefined) return undefined;
  return new Error(`${server} can't be reached (${code}): start it, or correct DATABASE_URL.`);
}
