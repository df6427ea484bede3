/** A list that is wanted waits this long for a provider, milliseconds; then the person waits for nothing. */
export const PROVIDER_PATIENCE_MS = 10_000;

/**
 * Waits for the session that a provider binds to a store. Rejects, with a sentence that says the cure, when none is bound in
 * time ([OB38]); a provider that comes later brings the list by itself.
 */
export function boundInTime<P>(bound: Promise<P>): Promise<P> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new Error('No list: no TaskSyncProvider is mounted. Put one around what uses useTaskStore.'));
    }, PROVIDER_PATIENCE_MS);
    void bound.then((port) => {
      clearTimeout(timer);
      resolve(port);
    });
  });
}
