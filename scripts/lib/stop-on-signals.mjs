// @ts-check

const PARENT_POLL_MS = 1_000;

/**
 * A signal that asks a person's programs to stop reaches the whole supervised set; a second one kills. It stops
 * as well when the npm that started this process is gone, or whoever read its output (`npm run dev | head`).
 * @param {{ stop(reason: string): void }} supervisor
 */
export function stopOnSignals(supervisor) {
  let isAsked = false;
  /** @param {string} reason */
  const stop = (reason) => {
    isAsked = true;
    supervisor.stop(reason);
  };
  /** @param {string} reason */
  const stopOnce = (reason) => {
    if (!isAsked) stop(reason);
  };
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => stopOnce('Nobody reads any more'));
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.on(signal, () => stop(`Stopped by ${signal}`));
  }
  // npm hands a signal on to the shell in between, and shells keep it to themselves.
  if (process.env.npm_lifecycle_event === undefined) return;
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid !== parent) stopOnce('npm was ended');
  }, PARENT_POLL_MS);
  watch.unref();
}
