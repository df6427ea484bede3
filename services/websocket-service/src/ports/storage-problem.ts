import { Problem } from './problem';

/**
 * What databases say when they can't write or read now. SQLite: full, broken, read-only, gone. PostgreSQL: class 08 (no
 * connection), 53 (out of room), 57P (shutting down), 58 (the system failed), 25006 (read-only, as a standby is).
 */
const FAULTS =
  /^(?:SQLITE_(?:FULL|IOERR|READONLY|CANTOPEN|CORRUPT|NOTADB|NOMEM)|(?:08|53|58)...$|57P0\d$|25006$|ECONN(?:REFUSED|RESET|ABORTED)$|EPIPE$|ETIMEDOUT$|EHOSTUNREACH$|ENETUNREACH$|ENOTFOUND$|EAI_AGAIN$)/;

/** `pg` has no codes for these. */
const LOST =
  /^(?:Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error)/;

const RETRY_AFTER_S = '5';

/** What to answer when `error` says that the database can't do its work at the moment; `undefined` for any other error. */
export function storageProblemOf(error: unknown): Problem | undefined {
  if (!(error instanceof Error) || !isFault(error)) return undefined;
  return new Problem(
    503,
    'The service can’t store anything at the moment, and nothing was changed: send the same request again later.',
    {},
    { 'retry-after': RETRY_AFTER_S },
  );
}

function isFault(error: Error): boolean {
  return ('code' in error && FAULTS.test(String(error.code))) || LOST.test(error.message);
}
