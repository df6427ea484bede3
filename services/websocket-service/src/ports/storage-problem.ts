import { Problem } from './problem';

/** SQLite's words for a place that can't be written or read now: full, broken, read-only, gone. */
const FAULTS = /^SQLITE_(?:FULL|IOERR|READONLY|CANTOPEN|CORRUPT|NOTADB|NOMEM)/;
const RETRY_AFTER_S = '5';

/** What to answer when `error` says that the database can't do its work at the moment; `undefined` for any other error. */
export function storageProblemOf(error: unknown): Problem | undefined {
  if (!(error instanceof Error && 'code' in error && FAULTS.test(String(error.code)))) return undefined;
  return new Problem(
    503,
    'The service can’t store anything at the moment, and nothing was changed: send the same request again later.',
    {},
    { 'retry-after': RETRY_AFTER_S },
  );
}
