import { Worker } from 'node:worker_threads';
import { createDeferred } from '@/ports/deferred';
import type { LoggedEvent } from '@/ports/event-log';
import type { StorageContext } from './create-storage';
import { errorOf } from './plain-error';
import type { Storage } from './storage';
import type { StorageMethods } from './storage-methods';
import { createThreadCalls } from './thread-calls';
import { type FromThread, loggedOfRow, type ThreadData, type ThreadNews, type ToThread } from './thread-messages';

/**
 * What the thread makes is short-lived: by default its garbage would be let grow to 48 MiB, which stay resident though the
 * thread idles. What lives longer is not bounded by it.
 */
const YOUNG_MIB = 6;

/**
 * Opens the embedded database of a data directory in a thread of its own, so that its disk stops no socket.
 *
 * @param entry The bundled `storage-thread.ts`.
 * @param onDeath Hears that the thread died by itself: every call fails from then on, and nothing can be served.
 * @throws Error as `openEmbeddedStorage` does.
 */
export async function startStorageThread(
  entry: URL,
  dataDir: string,
  { limits, clock, log, onWritten }: StorageContext,
  onDeath: (error: Error) => void,
): Promise<Storage> {
  const data: ThreadData = { dataDir, limits };
  const worker = new Worker(entry, { workerData: data, resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MIB } });
  const post = (message: ToThread): void => worker.postMessage(message);
  const calls = createThreadCalls((turn) => post({ now: clock.now(), calls: turn }));
  const listeners = new Set<(events: readonly LoggedEvent[]) => void>();
  const opened = createDeferred<{ readonly epoch: string; readonly methods: readonly string[] }>();
  const closed = createDeferred<void>();
  let isExpectedToEnd = false;

  const fail = (error: Error): void => {
    calls.end();
    opened.reject(error);
    closed.reject(error);
  };
  const end = (settle: () => void): void => {
    isExpectedToEnd = true;
    calls.end();
    void worker.terminate().then(settle);
  };
  const hear = (news: ThreadNews): void => {
    switch (news[0]) {
      case 'ready': {
        const [, epoch, methods] = news;
        opened.resolve({ epoch, methods });
        break;
      }
      case 'committed': {
        const [, ...rows] = news;
        const events = rows.map(loggedOfRow);
        for (const listener of listeners) listener(events);
        break;
      }
      case 'answers': {
        const [, ...answers] = news;
        for (const [id, value] of answers) calls.answer(id, value);
        break;
      }
      case 'refusal':
        calls.refuse(news[1], errorOf(news[2]));
        break;
      case 'line':
        log[news[1]](news[2], news[3]);
        break;
      case 'written': {
        const [, ...all] = news;
        for (const seconds of all) onWritten(seconds);
        break;
      }
      case 'failed':
        end(() => fail(errorOf(news[1])));
        break;
      case 'closed':
        end(() => closed.resolve());
        break;
    }
  };
  const die = (error: Error): void => {
    if (isExpectedToEnd) return;
    isExpectedToEnd = true;
    fail(error);
    onDeath(error);
  };
  worker.on('message', (all: FromThread) => all.forEach(hear));
  worker.on('error', die);
  worker.on('exit', (code) => die(new Error(`The storage's thread ended with exit code ${code}.`)));

  const { epoch, methods } = await opened.promise;
  const remote = methods.map((method) => [method, (...args: readonly unknown[]) => calls.call(method, args)]);
  return {
    // The thread has named every method that `createStorageMethods` made there.
    ...(Object.fromEntries(remote) as StorageMethods),
    epoch,
    onCommitted(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    isShared: false,
    onHint: () => () => {},
    close() {
      // After the calls of this turn.
      setImmediate(() => post('close'));
      return closed.promise;
    },
  };
}
