// @ts-check
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { ROOT } from '../../../scripts/lib/root.mjs';

const require = createRequire(join(ROOT, 'services', 'websocket-service', 'package.json'));

/** Connections that write at once, as many as the service's. */
const CONNECTIONS = 8;

const APPEND = 'SELECT outcome, seq FROM taskwire.taskwire_append($1, $2, $3, $4, $5, $6, $7)';

/**
 * The bare loop: the service's statement in a transaction, on as many connections as the service writes with. What waits
 * for a connection goes in one statement, as in the service.
 * @param {string} url A database with the tables.
 */
export async function createRawPostgres(url) {
  /** @type {import('pg')} */
  const { Client } = require('pg');
  const clients = await Promise.all(
    Array.from({ length: CONNECTIONS }, async () => {
      const client = new Client({ connectionString: url });
      await client.connect();
      await client.query('SET search_path = taskwire');
      return client;
    }),
  );
  /** @type {{ event: import('./workload.mjs').BenchEvent, done: () => void, fail: (error: unknown) => void }[]} */
  const waiting = [];

  /** @param {import('pg').Client} client */
  const serve = async (client) => {
    while (waiting.length > 0) {
      const group = waiting.splice(0);
      try {
        const events = group.map(({ event }) => event);
        await client.query('BEGIN');
        await client.query(APPEND, [
          events.map((event) => event.channel),
          events.map((event) => event.eventId),
          events.map((event) => event.type),
          events.map((event) => event.taskId),
          events.map((event) => event.version),
          events.map((event) => event.body),
          Date.now(),
        ]);
        await client.query('COMMIT');
        for (const { done } of group) done();
      } catch (error) {
        for (const { fail } of group) fail(error);
      }
    }
    idle.push(client);
  };
  const idle = [...clients];

  return {
    /** @param {import('./workload.mjs').BenchEvent} event @returns {Promise<void>} */
    append: (event) =>
      new Promise((resolve, reject) => {
        waiting.push({ event, done: resolve, fail: reject });
        const client = idle.pop();
        // What comes in the same turn goes together, as in the service.
        if (client !== undefined) queueMicrotask(() => void serve(client));
      }),
    close: () => Promise.all(clients.map((client) => client.end())),
  };
}
