import type { Link } from './link';

/** How long `getToken` may take, milliseconds. */
export const TOKEN_MS = 10_000;

/** Gets the token, one request at a time, and keeps it until it is forgotten ([BO9], [BO10]). */
export interface TokenSource {
  /**
   * Hands the known token, or a fresh one, to `use`, or else the reason to `fail`; neither is called once the link is an
   * orphan. A request that hangs is given up.
   */
  take(link: Link, use: (token: string) => void, fail: (detail: string) => void): void;
  /** Makes the next `take` fetch a fresh token; the answer to an earlier request is not kept. */
  forget(): void;
}

/** Makes a source that knows no token yet. */
export function createTokenSource(getToken: () => Promise<string>): TokenSource {
  let known: Promise<string> | undefined;
  const fetch = async () => {
    const token: unknown = await getToken();
    if (typeof token !== 'string' || token === '') throw new Error('getToken gave no token');
    return token;
  };
  const forget = () => {
    known = undefined;
  };
  return {
    take(link, use, fail) {
      known ??= fetch();
      const asked = known;
      let isSettled = false;
      const settle = (then: () => void) => {
        cancel();
        if (!isSettled && !link.isOrphan()) then();
        isSettled = true;
      };
      const failed = (error: unknown) => {
        if (known === asked) forget();
        settle(() => fail(error instanceof Error ? error.message : String(error)));
      };
      const cancel = link.deadline(TOKEN_MS, () => failed('getToken took too long'));
      asked.then((token) => settle(() => use(token)), failed);
    },
    forget,
  };
}
