import { createDevelopmentLogin, type Login } from '@/auth/development-login';
import { developmentSecret } from '@/auth/development-secret';
import { followRevocations } from '@/auth/follow-revocations';
import { createHesitation, type Hesitate, refuseLate } from '@/auth/late-refusals';
import { rememberVerified } from '@/auth/remember-verified';
import { createRemoteKeys } from '@/auth/remote-keys';
import { Revocations } from '@/auth/revocations';
import { createTokenVerifier } from '@/auth/token-verifier';
import type { ServiceConfig } from '@/config/service-config';
import type { Clock, Undo } from '@/ports/clock';
import type { VerifyToken } from '@/ports/identity';
import type { Logger } from '@/ports/logger';
import type { Storage } from '@/storage/storage';

/** What decides who somebody is. */
export interface Authentication {
  /** Secrets, public keys, claims and revocations; refusals come late. */
  readonly verify: VerifyToken;
  /** The same, whose refusals come at once: only for what is not told to anybody. */
  readonly recognise: VerifyToken;
  readonly hesitate: Hesitate;
  readonly revocations: { readonly all: Revocations; readonly stop: Undo };
  /** Absent in production. */
  readonly login?: (name: string) => Promise<Login>;
}

/** Puts together what the configuration says about tokens. Rejects when earlier revocations can't be read. */
export async function createAuthentication(
  config: ServiceConfig,
  { storage, clock, log }: { readonly storage: Storage; readonly clock: Clock; readonly log: Logger },
): Promise<Authentication> {
  const { limits, tokenClaims } = config;
  const secret = await secretOf(config, storage);
  const keys = {
    secrets: [...(secret === undefined ? [] : [secret]), ...config.previousJwtSecrets],
    ...(config.jwksUrl !== undefined && { publicKeys: createRemoteKeys(config.jwksUrl, clock) }),
  };
  const revocations = new Revocations();
  const stop = await followRevocations({
    store: storage,
    revocations,
    clock,
    log,
    pollMs: storage.isShared ? limits.revocationPollMs : 0,
  });
  const hesitate = createHesitation(clock, limits.refusalDelayMs);
  const recognise = revocations.guard(rememberVerified(createTokenVerifier(keys, tokenClaims), clock));
  return {
    verify: refuseLate(recognise, hesitate),
    recognise,
    hesitate,
    revocations: { all: revocations, stop },
    ...(config.mode === 'development' &&
      secret !== undefined && { login: createDevelopmentLogin(storage, secret, tokenClaims) }),
  };
}

/** The secret that is set, else in development one that is made and kept; production may have public keys alone. */
async function secretOf(config: ServiceConfig, storage: Storage): Promise<string | undefined> {
  if (config.jwtSecret !== undefined || config.mode === 'production') return config.jwtSecret;
  return config.databaseUrl === undefined ? developmentSecret(config.dataDir) : storage.sharedSecret();
}
