/** Gives tokens to requests without asking for one each time. */
export interface TokenCache {
  /** The newest token known, or a first one. */
  current(): Promise<string>;
  /** A new token; calls at the same time share one request. A failure is not remembered. */
  fresh(): Promise<string>;
}

/** Keeps the newest token of `fetchToken` in memory, and nowhere else ([AU1]). */
export function createTokenCache(fetchToken: () => Promise<string>): TokenCache {
  let known: string | undefined;
  let flight: Promise<string> | undefined;
  const fresh = () => {
    flight ??= fetchToken()
      .then((token) => {
        known = token;
        return token;
      })
      .finally(() => {
        flight = undefined;
      });
    return flight;
  };
  return { fresh, current: () => (known === undefined ? fresh() : Promise.resolve(known)) };
}
