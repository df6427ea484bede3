import { pino } from 'pino';
import { readConfig } from '@/config/read-config';
import type { ServiceConfig } from '@/config/service-config';
import { createService, type Service } from './service';

/** A shutdown that takes longer than this is cut off, milliseconds. */
const SHUTDOWN_LIMIT_MS = 10_000;

/** One sentence per line on the standard error; structured log lines go there too. The standard output has the address. */
function complain(...lines: readonly string[]): void {
  process.stderr.write(`${lines.join('\n')}\n`);
}

function sentenceOf(error: unknown, config: ServiceConfig): string {
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE') {
    return `Port ${config.port} on ${config.host} is taken: stop the program that listens there, or set SERVICE_PORT to another port.`;
  }
  if (code === 'EACCES' && 'syscall' in error && error.syscall === 'listen') {
    return `Port ${config.port} may not be opened by this user: set SERVICE_PORT to a port above 1023.`;
  }
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN' || code === 'EADDRNOTAVAIL') {
    return `HOST is "${config.host}", which is no address of this machine: set it to 127.0.0.1, 0.0.0.0 or an address that it has.`;
  }
  return error.message;
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

async function main(): Promise<void> {
  const reading = readConfig(process.env);
  if (!reading.ok) {
    complain('The service can’t start with this configuration:', ...reading.faults.map((fault) => `- ${fault}`));
    process.exit(1);
  }
  const { config } = reading;
  // What the service writes is for its own user alone.
  process.umask(0o077);
  const log = pino({ level: config.logLevel }, pino.destination(2));
  try {
    const service = createService(config, { log });
    stopOnSignals(service);
    const url = await service.listen();
    process.stdout.write(`websocket-service listening on ${url}\n`);
  } catch (error) {
    complain(sentenceOf(error, config));
    process.exit(1);
  }
}

await main();
