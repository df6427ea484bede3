// @ts-check

const POLL_MS = 200;

/**
 * Waits until an address answers over HTTP with anything below 500; redirects count and are not followed.
 * @param {string} url
 * @param {{ signal: AbortSignal }} options `signal` ends the wait.
 * @returns {Promise<boolean>} `false` when the wait was ended.
 */
export async function waitForAnswer(url, { signal }) {
  while (!signal.aborted) {
    try {
      const { status } = await fetch(url, { redirect: 'manual', signal });
      if (status < 500) return true;
    } catch {
      // Not listening yet, or the wait was ended.
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  return false;
}
