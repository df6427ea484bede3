import { CompiledQuery } from 'kysely';
import type { AppendResult, LoggedEvent, NewEvent } from '@/ports/event-log';
import type { LogDatabase } from '@/ports/log-database';
import type { DatabaseTransaction } from '@/ports/schema';
import { storageProblemOf } from '@/ports/storage-problem';
import type { JournalTransaction, Write } from './journal';

const MAX_ATTEMPTS = 10;

const SAVE = CompiledQuery.raw('SAVEPOINT one_write');
const RELEASE = CompiledQuery.raw('RELEASE SAVEPOINT one_write');
const UNDO = CompiledQuery.raw('ROLLBACK TO SAVEPOINT one_write');

/** What a group tells its journal. */
export interface GroupContext {
  now(): number;
  /** The group is durable; hears what it appended, in order. */
  announce(events: readonly LoggedEvent[]): void;
  /** What the author of a failed write is told. */
  explain(error: unknown): unknown;
}

type Outcome =
  | { readonly ok: true; readonly value: unknown; readonly appended: readonly LoggedEvent[] }
  | { readonly ok: false; readonly error: unknown };

/** Runs writes in one transaction and settles each of them. Never rejects. */
export async function runGroup(database: LogDatabase, group: readonly Write[], context: GroupContext): Promise<void> {
  const [only] = group;
  if (group.length === 1 && only !== undefined) return runAlone(database, only, context);
  const now = context.now();
  let outcomes: readonly Outcome[];
  try {
    outcomes = await database.db.transaction().execute(async (tx) => {
      const all: Outcome[] = [];
      for (const write of group) all.push(await runInSavepoint(database, tx, write, now));
      return all;
    });
  } catch {
    // Nothing of it was committed. One that is too large for the disk must not take the others with it.
    for (const write of group) await runAlone(database, write, context);
    return;
  }
  context.announce(outcomes.flatMap((outcome) => (outcome.ok ? outcome.appended : [])));
  group.forEach((write, index) => {
    const outcome = outcomes[index];
    if (outcome?.ok === true) write.resolve(outcome.value);
    else write.reject(outcome?.error);
  });
}

async function runAlone(database: LogDatabase, write: Write, context: GroupContext): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    const appended: LoggedEvent[] = [];
    try {
      const now = context.now();
      const value = await database.db
        .transaction()
        .execute((tx) => write.run(transactionOf(database, tx, now, appended)));
      context.announce(appended);
      return write.resolve(value);
    } catch (error) {
      if (attempt < MAX_ATTEMPTS && database.isCollision(error)) continue;
      return write.reject(context.explain(error));
    }
  }
}

async function runInSavepoint(
  database: LogDatabase,
  tx: DatabaseTransaction,
  write: Write,
  now: number,
): Promise<Outcome> {
  const appended: LoggedEvent[] = [];
  await tx.executeQuery(SAVE);
  try {
    const value = await write.run(transactionOf(database, tx, now, appended));
    await tx.executeQuery(RELEASE);
    return { ok: true, value, appended };
  } catch (error) {
    if (storageProblemOf(error) !== undefined) throw error;
    await tx.executeQuery(UNDO);
    await tx.executeQuery(RELEASE);
    return { ok: false, error };
  }
}

function transactionOf(
  database: LogDatabase,
  db: DatabaseTransaction,
  now: number,
  appended: LoggedEvent[],
): JournalTransaction {
  return {
    db,
    now,
    append: async (batch: readonly NewEvent[]): Promise<readonly AppendResult[]> => {
      const results = await database.append(db, batch, now);
      for (const result of results) if (result.outcome === 'appended') appended.push(result.event);
      return results;
    },
  };
}
