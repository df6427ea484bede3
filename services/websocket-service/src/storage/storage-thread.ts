import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import type { Logger } from '@/ports/logger';
import { openEmbeddedStorage } from './open-embedded-storage';
import { plainErrorOf } from './plain-error';
import type { Storage } from './storage';
import type { Call, ThreadData, ToThread } from './thread-messages';
import { createNews } from './thread-news';

/** The thread of the embedded database: its calls are synchronous inside, and would otherwise stop every socket. */
function serve(port: MessagePort, data: ThreadData): void {
  const { tell, answer, written, committed } = createNews((news) => port.postMessage(news));
  let now = Date.now();

  const line =
    (level: 'debug' | 'info' | 'warn' | 'error'): Logger[typeof level] =>
    (facts, message) =>
      tell(['line', level, withPlainError(facts), message]);
  const log: Logger = { debug: line('debug'), info: line('info'), warn: line('warn'), error: line('error') };

  const start = (): { readonly storage: Storage; readonly methods: ReadonlyMap<string, Method> } | undefined => {
    try {
      // Time is the service's: it comes with the calls. Nothing here waits for a timer.
      const clock = { now: () => now, after: () => () => {} };
      const storage = openEmbeddedStorage(data.dataDir, {
        limits: data.limits,
        clock,
        log,
        onWritten: written,
      });
      return { storage, methods: new Map(Object.entries(storage).filter(isMethod)) };
    } catch (error) {
      tell(['failed', plainErrorOf(error)]);
      return undefined;
    }
  };

  const started = start();
  if (started === undefined) return;
  const { storage, methods } = started;

  const carryOut = async ([id, method, args]: Call): Promise<void> => {
    try {
      const run = methods.get(method);
      if (run === undefined) throw new Error(`The storage has no method ${method}.`);
      answer(id, await run(...args));
    } catch (error) {
      tell(['refusal', id, plainErrorOf(error)]);
    }
  };

  storage.onCommitted(committed);
  port.on('message', (message: ToThread) => {
    if (message === 'close') {
      void storage.close().then(
        () => tell(['closed']),
        (error: unknown) => tell(['failed', plainErrorOf(error)]),
      );
      return;
    }
    now = message.now;
    for (const call of message.calls) void carryOut(call);
  });
  tell(['ready', storage.epoch, [...methods.keys()]]);
}

type Method = (...args: readonly unknown[]) => Promise<unknown>;

/** What the other side does by itself. */
const OWN: ReadonlySet<string> = new Set(['close', 'onCommitted', 'onHint']);

function isMethod(entry: [string, unknown]): entry is [string, Method] {
  return typeof entry[1] === 'function' && !OWN.has(entry[0]);
}

function withPlainError(facts: object): object {
  return 'err' in facts ? { ...facts, err: plainErrorOf(facts.err) } : facts;
}

if (parentPort !== null) serve(parentPort, workerData as ThreadData);
