import { createTokenCache } from './token-cache';

/** The longest that one request may take, milliseconds; after it the change is tried again. */
export const REQUEST_TIMEOUT_MS = 15_000;

/** A request to a path below a base address. */
export type RestCall = (path: string, init: RequestInit, signal: AbortSignal) => Promise<Response>;

/** HTTP with a bearer token, where there is one. */
export interface Rest {
  /** A response of 401 is answered by one more attempt with a fresh token. Rejects only for faults of the network. */
  readonly call: RestCall;
  /** A fresh token; calls at the same time share one request. */
  readonly getToken?: () => Promise<string>;
}

/** @param credentials Default `same-origin`; `include` sends cookies to another origin. */
export function createRest(
  baseUrl: string,
  getToken: (() => Promise<string>) | undefined,
  credentials: RequestCredentials = 'same-origin',
): Rest {
  const tokens = getToken && createTokenCache(getToken);
  const attempt = (path: string, init: RequestInit, signal: AbortSignal, token: string | undefined) =>
    fetch(`${baseUrl}${path}`, {
      ...init,
      cache: 'no-store',
      credentials,
      headers: { ...init.headers, ...(token !== undefined && { authorization: `Bearer ${token}` }) },
      signal: AbortSignal.any([signal, AbortSignal.timeout(REQUEST_TIMEOUT_MS)]),
    });
  return {
    async call(path, init, signal) {
      const response = await attempt(path, init, signal, await tokens?.current());
      if (response.status !== 401 || tokens === undefined) return response;
      return attempt(path, init, signal, await tokens.fresh());
    },
    ...(tokens !== undefined && { getToken: tokens.fresh }),
  };
}

/** A request with a JSON body. */
export function json(method: string, body: unknown, headers: Readonly<Record<string, string>> = {}): RequestInit {
  return { method, headers: { ...headers, 'content-type': 'application/json' }, body: JSON.stringify(body) };
}
