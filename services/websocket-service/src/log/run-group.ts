import { CompiledQuery } from 'kysely';
import type { AppendResult, LoggedEvent, NewEvent } from '@/ports/event-log';
import type { LogDatabase } from '@/ports/log-database';
import type { DatabaseTransaction } from '@/ports/schema';
import { storageProblemOf } from '@/ports/storage-problem';
import type { JournalWork } from './journal';

const MAX_ATTEMPTS = 10;
/** More would let the first of them wait too long for the last. */
const MAX_APPENDS = 512;

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

/** Who waits for a write. */
export interface Settlers<T> {
  resolve(value: T): void;
  reject(error: unknown): void;
}

/** A write on its way. */
export type Write =
  | ({ readonly kind: 'work'; readonly run: JournalWork<unknown> } & Settlers<unknown>)
  | ({ readonly kind: 'append'; readonly batch: readonly NewEvent[] } & Settlers<readonly AppendResult[]>);

/** What became of a write within its group; `settle` is for after the commit. */
interface Outcome {
  readonly appended: readonly LoggedEvent[];
  settle(): void;
}

/**
 * How many of the writes that wait share a transaction: `maxGroup`, but appends alone, which go in one piece, always
 * together.
 */
export function groupSizeOf(waiting: readonly Write[], maxGroup: number): number {
  let appends = 0;
  while (appends < MAX_APPENDS && waiting[appends]?.kind === 'append') appends += 1;
  return Math.max(appends, maxGroup);
}

/** Runs writes in one transaction and settles each of them. Never rejects. */
export async function runGroup(database: LogDatabase, group: readonly Write[], context: GroupContext): Promise<void> {
  const [only] = group;
  if (group.length === 1 && only !== undefined) return runAlone(database, only, context);
  let outcomes: readonly Outcome[];
  try {
    outcomes = await database.transaction((tx) => runAll(database, tx, group, context.now()));
  } catch (error) {
    if (database.hints !== undefined && storageProblemOf(error) !== undefined) {
      const explained = context.explain(error);
      for (const write of group) write.reject(explained);
      return;
    }
    // Nothing of it was committed. One that is too large for the disk must not take the others with it.
    for (const write of group) await runAlone(database, write, context);
    return;
  }
  for (const { appended } of outcomes) context.announce(appended);
  for (const outcome of outcomes) outcome.settle();
}

async function runAll(
  database: LogDatabase,
  tx: DatabaseTransaction,
  group: readonly Write[],
  now: number,
): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  for (let index = 0; index < group.length; index = outcomes.length) {
    const write = group[index];
    if (write?.kind === 'work') outcomes.push(await runInSavepoint(database, tx, write, now));
    else outcomes.push(...(await appendTogether(database, tx, appendsFrom(group, index), now)));
  }
  return outcomes;
}

type Append = Extract<Write, { kind: 'append' }>;

function appendsFrom(group: readonly Write[], start: number): readonly Append[] {
  const appends: Append[] = [];
  for (const write of group.slice(start)) {
    if (write.kind !== 'append') break;
    appends.push(write);
  }
  return appends;
}

/** Appends fail for all or for none: what they hold was checked before. */
async function appendTogether(
  database: LogDatabase,
  tx: DatabaseTransaction,
  writes: readonly Append[],
  now: number,
): Promise<readonly Outcome[]> {
  const all = await database.append(
    tx,
    writes.flatMap(({ batch }) => batch),
    now,
  );
  let start = 0;
  return writes.map((write) => {
    const results = all.slice(start, start + write.batch.length);
    start += write.batch.length;
    return { appended: appendedOf(results), settle: () => write.resolve(results) };
  });
}

function appendedOf(results: readonly AppendResult[]): readonly LoggedEvent[] {
  return results.flatMap((result) => (result.outcome === 'appended' ? [result.event] : []));
}

async function runAlone(database: LogDatabase, write: Write, context: GroupContext): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const now = context.now();
      const { appended, settle } = await database.transaction(async (tx) => {
        if (write.kind === 'work') return runWork(database, tx, write, now);
        const [outcome] = await appendTogether(database, tx, [write], now);
        return outcome ?? { appended: [], settle: () => write.resolve([]) };
      });
      context.announce(appended);
      return settle();
    } catch (error) {
      if (attempt < MAX_ATTEMPTS && database.isCollision(error)) continue;
      return write.reject(context.explain(error));
    }
  }
}

type Work = Extract<Write, { kind: 'work' }>;

async function runWork(database: LogDatabase, tx: DatabaseTransaction, write: Work, now: number): Promise<Outcome> {
  const appended: LoggedEvent[] = [];
  let pending: NewEvent[] = [];
  let isOver = false;
  const requireRunning = (): void => {
    if (isOver) throw new Error('The write is over: wait for all that it appends.');
  };
  const append = (batch: readonly NewEvent[]): void => {
    requireRunning();
    for (const event of batch) pending.push(event);
  };
  const flush = async (): Promise<void> => {
    requireRunning();
    if (pending.length === 0) return;
    const batch = pending;
    pending = [];
    for (const event of appendedOf(await database.append(tx, batch, now))) appended.push(event);
  };
  try {
    const value = await write.run({ db: tx, now, append, flush });
    await flush();
    return { appended, settle: () => write.resolve(value) };
  } finally {
    isOver = true;
  }
}

async function runInSavepoint(
  database: LogDatabase,
  tx: DatabaseTransaction,
  write: Work,
  now: number,
): Promise<Outcome> {
  await tx.executeQuery(SAVE);
  try {
    const outcome = await (database.part?.(tx, (own) => runWork(database, own, write, now)) ??
      runWork(database, tx, write, now));
    await tx.executeQuery(RELEASE);
    return outcome;
  } catch (error) {
    if (storageProblemOf(error) !== undefined) throw error;
    await tx.executeQuery(UNDO);
    await tx.executeQuery(RELEASE);
    return { appended: [], settle: () => write.reject(error) };
  }
}
