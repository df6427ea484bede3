import type { StoragePlace } from '@/config/storage-place';
import { backUp } from './back-up';
import { forgetOneUser } from './forget-one-user';
import { migrateTables } from './migrate-tables';
import { dropQuarantine, listQuarantine, retryQuarantine } from './quarantine';
import { restoreBackup } from './restore-backup';

/** One command of the service's program. */
interface Command {
  /** What its argument is, for people; absent when it takes none. */
  readonly argument?: string;
  /** Does it, and says in one sentence what was done; what it lists stands below that, a line each. */
  run(place: StoragePlace, argument: string): Promise<string>;
}

const COMMANDS: ReadonlyMap<string, Command> = new Map<string, Command>([
  ['backup', { argument: 'file', run: backUp }],
  ['restore', { argument: 'file', run: restoreBackup }],
  ['forget-user', { argument: 'user id', run: forgetOneUser }],
  ['migrate', { run: migrateTables }],
  ['quarantine', { run: listQuarantine }],
  ['quarantine-retry', { argument: 'event id | all', run: retryQuarantine }],
  ['quarantine-drop', { argument: 'event id | all', run: dropQuarantine }],
]);

/**
 * Runs a command on the data that the configuration names (docs/OPERATIONS.md).
 *
 * @returns one sentence that says what was done.
 * @throws Error with one sentence that says what to do instead.
 */
export async function runCommand(words: readonly string[], place: StoragePlace): Promise<string> {
  const [name = '', ...args] = words;
  const command = COMMANDS.get(name);
  if (command === undefined) throw new Error(`There is no command "${name}": the commands are ${usage()}.`);
  const [argument = ''] = args;
  const wanted = command.argument === undefined ? 0 : 1;
  if (args.length !== wanted || (wanted === 1 && argument === ''))
    throw new Error(`Give the command as ${usageOf(name, command)}.`);
  return command.run(place, argument);
}

function usage(): string {
  return [...COMMANDS].map(([name, command]) => usageOf(name, command)).join(', ');
}

function usageOf(name: string, { argument }: Command): string {
  return argument === undefined ? name : `${name} <${argument}>`;
}
