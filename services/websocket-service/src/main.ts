import { pino } from 'pino';
import { runCommand } from '@/commands/run-command';
import { readConfig } from '@/config/read-config';
import { readStoragePlace } from '@/config/storage-place';
import { createService, type Service } from './service';
import { startSentenceOf } from './start-sentence';

/** A shutdown that takes longer than this is cut off, milliseconds. */
const SHUTDOWN_LIMIT_MS = 10_000;

/** One sentence per line on the standard error; structured log lines go there too. The standard output has the address. */
function complain(...lines: readonly string[]): void {
  for (const line of lines) process.stderr.write(`${line}\n`);
}

function stopOnSignals(service: Service): void {
  let isStopping = false;
  const stop = (): void => {
    if (isStopping) process.exit(1);
    isStopping = true;
    setTimeout(() => process.exit(1), SHUTDOWN_LIMIT_MS).unref();
    service.close().then(
      () => process.exit(0),
      (error: unknown) => {
        complain(String(error));
        process.exit(1);
      },
    );
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
}

/** A command on the data instead of the service: its sentence on the standard output, or what went wrong on the other. */
async function command(words: readonly string[]): Promise<void> {
  const faults: string[] = [];
  const place = readStoragePlace(process.env, faults);
  try {
    if (faults.length > 0) throw new Error(faults.join('\n'));
    process.stdout.write(`${await runCommand(words, place)}\n`);
  } catch (error) {
    complain(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  }
}

async function main(): Promise<void> {
  // What the service writes is for its own user alone.
  process.umask(0o077);
  const words = process.argv.slice(2);
  if (words.length > 0) return command(words);
  const reading = readConfig(process.env);
  if (!reading.ok) {
    complain('The service can’t start with this configuration:', ...reading.faults.map((fault) => `- ${fault}`));
    process.exit(1);
  }
  const { config, warnings } = reading;
  complain(...warnings);
  const log = pino({ level: config.logLevel }, pino.destination(2));
  try {
    const service = await createService(config, { log });
    stopOnSignals(service);
    const url = await service.listen();
    process.stdout.write(`websocket-service listening on ${url}\n`);
    process.stdout.write(`websocket-service answers its neighbours on ${service.internalUrl}\n`);
  } catch (error) {
    complain(startSentenceOf(error, config));
    process.exit(1);
  }
}

await main();
