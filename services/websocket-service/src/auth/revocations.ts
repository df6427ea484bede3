import type { Undo } from '@/ports/clock';
import { type Identity, RevokedToken, type VerifyToken } from '@/ports/identity';
import type { Revocation } from '@/ports/revocation';

/** What was revoked, and who has to hear of it. */
export class Revocations {
  /** When each user's tokens were revoked, milliseconds since 1970. */
  readonly #users = new Map<string, number>();
  readonly #tokens = new Set<string>();
  readonly #watches = new Map<string, Set<Watch>>();

  /** Takes a revocation in and tells the sessions that it ends; the same one again changes nothing. */
  add({ kind, value, at }: Revocation): void {
    if (kind === 'jti') this.#tokens.add(value);
    else this.#users.set(value, Math.max(at, this.#users.get(value) ?? 0));
    const concerned = kind === 'user' ? [this.#watches.get(value) ?? []] : this.#watches.values();
    for (const watches of concerned) {
      for (const watch of [...watches]) if (this.isRevoked(watch.identity)) watch.onRevoked();
    }
  }

  /** A user's revocation ends the tokens that were issued up to its second, and those that do not say when ([AU44]). */
  isRevoked({ userId, jti, issuedAt = 0 }: Identity): boolean {
    const at = this.#users.get(userId);
    return (at !== undefined && issuedAt <= at) || (jti !== undefined && this.#tokens.has(jti));
  }

  /** Calls `onRevoked` when the identity's token is revoked from now on. */
  watch(identity: Identity, onRevoked: () => void): Undo {
    const watch = { identity, onRevoked };
    const all = this.#watches.get(identity.userId) ?? new Set();
    this.#watches.set(identity.userId, all.add(watch));
    return () => {
      all.delete(watch);
      if (all.size === 0 && this.#watches.get(identity.userId) === all) this.#watches.delete(identity.userId);
    };
  }

  /** The same verification, which refuses what was revoked with {@link RevokedToken}. */
  guard(verify: VerifyToken): VerifyToken {
    return async (token) => {
      const identity = await verify(token);
      if (this.isRevoked(identity)) throw new RevokedToken();
      return identity;
    };
  }
}

interface Watch {
  readonly identity: Identity;
  readonly onRevoked: () => void;
}
