import { Pool, types } from 'pg';
import type { Logger } from '@/ports/logger';

/** Everything of Taskwire stands in a schema of its own, so that an application may share the database. */
export const SCHEMA_NAME = 'taskwire';

const MAX_CONNECTIONS = 16;
const CONNECT_TIMEOUT_MS = 5_000;
/** A statement that takes longer is lost, with its connection. */
const QUERY_TIMEOUT_MS = 30_000;
const INT8_OID = 20;

/** 64-bit integers as numbers: what is counted here stays below 2^53. */
const TYPES = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') =>
    oid === INT8_OID ? Number : format === 'binary' ? types.getTypeParser(oid, 'binary') : types.getTypeParser(oid),
};

/** Makes the pool of connections of one process. A connection that is lost is replaced when it is next needed. */
export function createPool(url: string, log: Logger): Pool {
  const pool = new Pool({
    connectionString: url,
    max: MAX_CONNECTIONS,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    query_timeout: QUERY_TIMEOUT_MS,
    application_name: 'taskwire',
    keepAlive: true,
    types: TYPES,
    verify: (client, done) => client.query(`SET search_path = ${SCHEMA_NAME}`).then(() => done(), done),
  });
  // Without listeners, a connection that breaks would end the process: the pool hears of idle ones, each connection of
  // its own end between two statements. The next statement fails and says so.
  pool.on('error', (error) => log.warn({ err: error }, 'an idle connection to the database was lost'));
  pool.on('connect', (client) => client.on('error', () => {}));
  return pool;
}
