import type { Link } from './link';

/** Gets the token, one request at a time, and keeps it until it is forgotten ([BO9], [BO10]). */
export interface TokenSource {
  /**
   * Hands the known token, or a fresh one, to `use`, or else the reason to `fail`; neither is called once the link is an
   * orphan. Whoever cannot wait for ever drops the link.
   */
  take(link: Link, use: (token: string) => void, fail: (detail: string) => void): void;
  /** Makes the next `take` fetch a fresh token; the answer to an earlier request is not kept. */
  forget(): void;
}

/** For wires whose first message needs no token: gives the empty one at once. */
export const NO_TOKENS: TokenSource = {
  take: (_link, use) => use(''),
  forget() {},
};

/** Makes a source that knows no token yet. */
export function createTokenSource(getToken: () => Promise<string>): TokenSource {
  let known: Promise<string> | undefined;
  const fetch = async () => {
    const token: unknown = await getToken();
    if (!token || typeof token !== 'string') throw new Error('getToken gave no token');
    return token;
  };
  return {
    async take(link, use, fail) {
      known ??= fetch();
      const asked = known;
      try {
        const token = await asked;
        if (!link.isOrphan()) use(token);
      } catch (error) {
        if (known === asked) known = undefined;
        if (!link.isOrphan()) fail(`${error}`);
      }
    },
    forget() {
      known = undefined;
    },
  };
}
