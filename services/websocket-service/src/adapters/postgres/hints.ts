import { Client, type Pool } from 'pg';
import { type Channel, isChannel } from '@/lib/protocol';
import type { Clock, Undo } from '@/ports/clock';
import type { Hints, Moved } from '@/ports/hints';
import type { Logger } from '@/ports/logger';

const TOPIC = 'taskwire_moved';
/** What moved within this time travels together: inside the transaction a NOTIFY would cost every commit a lock. */
const DEBOUNCE_MS = 5;
/** PostgreSQL takes 8,000 bytes. */
const MAX_PAYLOAD_BYTES = 7_900;
const MIN_RETRY_MS = 200;
const MAX_RETRY_MS = 5_000;

/** What the hints work with. */
export interface HintsContext {
  readonly url: string;
  readonly pool: Pool;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Makes the hints of one process: `NOTIFY` through the pool, `LISTEN` on a connection of its own that comes back. */
export function createHints({ url, pool, clock, log }: HintsContext): Hints & { close(): Promise<void> } {
  const listeners = new Set<(moved: Moved) => void>();
  let pending = new Map<Channel, number>();
  let client: Client | undefined;
  let cancelRetry: Undo = () => {};
  let retryMs = MIN_RETRY_MS;
  let isClosed = false;

  const hear = (moved: Moved): void => {
    for (const listener of listeners) listener(moved);
  };

  const send = (): void => {
    const moved = pending;
    pending = new Map();
    for (const payload of payloadsOf(moved)) {
      pool.query('SELECT pg_notify($1, $2)', [TOPIC, payload]).catch((error: unknown) => {
        log.debug({ err: error }, 'a hint was lost; the others will find out by themselves');
      });
    }
  };

  const listen = async (): Promise<void> => {
    const own = new Client({ connectionString: url, application_name: 'taskwire hints', keepAlive: true });
    let isLost = false;
    const lose = (error?: Error): void => {
      if (isLost) return;
      isLost = true;
      void own.end().catch(() => undefined);
      if (isClosed) return;
      log.warn({ err: error }, 'the connection for hints was lost');
      cancelRetry = clock.after(retryMs * (0.5 + Math.random() / 2), () => void listen());
      retryMs = Math.min(MAX_RETRY_MS, retryMs * 2);
    };
    client = own;
    own.on('error', lose);
    own.on('end', () => lose());
    own.on('notification', ({ payload }) => hear(movedOf(payload)));
    try {
      await own.connect();
      await own.query(`LISTEN ${TOPIC}`);
      retryMs = MIN_RETRY_MS;
      // Whatever was told meanwhile.
      hear(undefined);
    } catch (error) {
      lose(error instanceof Error ? error : undefined);
    }
  };

  void listen();
  return {
    tell(moved) {
      if (pending.size === 0) clock.after(DEBOUNCE_MS, send);
      for (const [channel, seq] of moved) pending.set(channel, Math.max(seq, pending.get(channel) ?? 0));
    },
    onHint(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async close() {
      isClosed = true;
      cancelRetry();
      await client?.end().catch(() => undefined);
    },
  };
}

function payloadsOf(moved: ReadonlyMap<Channel, number>): readonly string[] {
  const payload = JSON.stringify([...moved]);
  if (Buffer.byteLength(payload) <= MAX_PAYLOAD_BYTES) return [payload];
  if (moved.size === 1) return [''];
  const entries = [...moved];
  const half = Math.ceil(entries.length / 2);
  return [...payloadsOf(new Map(entries.slice(0, half))), ...payloadsOf(new Map(entries.slice(half)))];
}

/** Anybody on the database may notify: what can't be read means that any channel may have moved. */
function movedOf(payload: string | undefined): Moved {
  try {
    const entries: unknown = JSON.parse(payload ?? '');
    if (!Array.isArray(entries) || !entries.every(isEntry)) return undefined;
    return new Map(entries);
  } catch {
    return undefined;
  }
}

function isEntry(value: unknown): value is readonly [Channel, number] {
  if (!Array.isArray(value)) return false;
  const [channel, seq]: readonly unknown[] = value;
  return typeof channel === 'string' && isChannel(channel) && Number.isSafeInteger(seq) && Number(seq) > 0;
}
