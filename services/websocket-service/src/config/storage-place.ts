import { type Environment, textOf } from './environment';

/** Where everything is kept. */
export interface StoragePlace {
  /** The folder of the embedded database. */
  readonly dataDir: string;
  /** The PostgreSQL that several replicas share. Absent: the embedded database. */
  readonly databaseUrl?: string;
}

/** Reads where everything is kept; what is wrong goes to `faults`. */
export function readStoragePlace(env: Environment, faults: string[]): StoragePlace {
  const databaseUrl = textOf(env, 'DATABASE_URL');
  const isUsable =
    databaseUrl === undefined || (/^postgres(?:ql)?:\/\//.test(databaseUrl) && URL.canParse(databaseUrl));
  if (!isUsable) {
    // It may hold a password: never quoted.
    faults.push(
      'DATABASE_URL is no address of a PostgreSQL: set it to postgresql://user:password@host:5432/database, or unset it for the embedded database.',
    );
  }
  return { dataDir: textOf(env, 'DATA_DIR') ?? '.data', ...(databaseUrl !== undefined && isUsable && { databaseUrl }) };
}
