import type { Link } from './link';

/** How long `getToken` may take, milliseconds. */
export const TOKEN_MS = 10_000;

/** Gets the token, one request at a time, and keeps it until it is forgotten ([CS8]). */
export class TokenSource {
  #token: string | undefined;
  #flight: Promise<string> | undefined;

  constructor(readonly getToken: () => Promise<string>) {}

  /**
   * Hands the known token, or a fresh one, to `use`, or the reason why there is none to `fail`; to neither when the link
   * was dropped before. A request that hangs is given up after 10 s.
   */
  take(link: Link, use: (token: string) => void, fail: (detail: string) => void): void {
    const cancel = link.deadline(TOKEN_MS, () => {
      this.forget();
      fail('getToken took too long');
    });
    const settle = (then: () => void) => {
      cancel();
      if (!link.orphaned) then();
    };
    this.#get().then(
      (token) => settle(() => use(token)),
      (error: unknown) => settle(() => fail(error instanceof Error ? error.message : String(error))),
    );
  }

  /** Makes the next `take` fetch a fresh token; the answer to an earlier request is not kept. */
  forget(): void {
    this.#token = this.#flight = undefined;
  }

  async #get(): Promise<string> {
    if (this.#token !== undefined) return this.#token;
    const flight = this.#flight ?? this.#fetch();
    this.#flight = flight;
    try {
      const token = await flight;
      if (this.#flight === flight) this.#token = token;
      return token;
    } finally {
      if (this.#flight === flight) this.#flight = undefined;
    }
  }

  async #fetch(): Promise<string> {
    const token: unknown = await this.getToken();
    if (typeof token !== 'string' || token === '') throw new Error('getToken gave no token');
    return token;
  }
}
