import { randomUUID } from 'node:crypto';
import { closeSync, copyFileSync, existsSync, fsyncSync, linkSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import LibsqlDatabase from 'libsql';
import { lockDataDirectory } from './data-directory-lock';
import { migrate } from './migrate';
import { DATABASE_FILE } from './open-sqlite';
import { prepareDataDirectory } from './prepare-data-directory';

/**
 * Writes a whole copy of the embedded database, as of one moment, while a service may be using it. The copy is on the
 * disk when this returns.
 *
 * @throws Error when there is no database, or the copy can't be written; then no file is left behind.
 */
export function backUpSqlite(dataDir: string, file: string): void {
  const source = join(dataDir, DATABASE_FILE);
  if (!existsSync(source)) throw new Error(`There is no database in ${dataDir}: set DATA_DIR to the service's data.`);
  const part = `${file}.part`;
  rmSync(part, { force: true });
  const db = new LibsqlDatabase(source);
  try {
    db.prepare('VACUUM INTO ?').run([part]);
    sync(part);
    renameSync(part, file);
    sync(dirname(resolve(file)));
  } catch (error) {
    rmSync(part, { force: true });
    throw new Error(
      `The backup ${file} can't be written (${messageOf(error)}): give a file on a disk with room for it.`,
    );
  } finally {
    db.close();
  }
}

/**
 * Puts a backup in the place of the embedded database, brings its tables up to date and gives it a new epoch.
 *
 * @returns where the database of before is kept, if there was one.
 * @throws DataDirectoryInUse when a service holds the directory; Error when the file is no backup: then nothing changed.
 */
export function restoreSqlite(dataDir: string, file: string): string | undefined {
  prepareDataDirectory(dataDir);
  const unlock = lockDataDirectory(dataDir);
  const target = join(dataDir, DATABASE_FILE);
  const fresh = join(dataDir, `${DATABASE_FILE}.new`);
  try {
    copyFileSync(file, fresh);
    renew(fresh, file);
    sync(fresh);
    const replaced = existsSync(target) ? keep(target) : undefined;
    renameSync(fresh, target);
    sync(dataDir);
    return replaced;
  } finally {
    for (const rest of ['', '-wal', '-shm']) rmSync(`${fresh}${rest}`, { force: true });
    unlock();
  }
}

function renew(fresh: string, file: string): void {
  const db = new LibsqlDatabase(fresh);
  try {
    // One file in the end: nothing of it may stand in a log beside it.
    db.exec('PRAGMA journal_mode = DELETE; PRAGMA synchronous = FULL;');
    const { integrity_check } = db.prepare('PRAGMA integrity_check').get([]) as { readonly integrity_check: string };
    if (integrity_check !== 'ok') throw new Error(integrity_check);
    db.prepare("SELECT value FROM meta WHERE key = 'epoch'").get([]);
    migrate(db);
    db.prepare("UPDATE meta SET value = ? WHERE key = 'epoch'").run([randomUUID()]);
  } catch (error) {
    throw new Error(`${file} can't be restored (${messageOf(error)}): give a file that \`backup\` has made.`);
  } finally {
    db.close();
  }
}

/** The database of before, under another name: it is not gone until the new one has taken its place. */
function keep(target: string): string {
  const db = new LibsqlDatabase(target);
  try {
    db.exec('PRAGMA wal_checkpoint(TRUNCATE);');
  } catch {
    // A damaged one is kept as it is, with its log.
  } finally {
    db.close();
  }
  const replaced = `${target}.before-${new Date().toISOString().replaceAll(':', '-')}`;
  linkSync(target, replaced);
  for (const rest of ['-wal', '-shm']) {
    if (existsSync(`${target}${rest}`)) renameSync(`${target}${rest}`, `${replaced}${rest}`);
  }
  return replaced;
}

function sync(path: string): void {
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
