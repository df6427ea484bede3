import type { Limits } from './limits';
import type { StoragePlace } from './storage-place';
import type { TrustedProxies } from './trust-proxy';

/** Log lines below the level are not written. */
export type LogLevel = 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';

/** Everything that decides how one service runs; read once at start ({@link readConfig}). */
export interface ServiceConfig extends StoragePlace {
  /** `production` takes the development login, the generated secret and `AUTH=off` away. */
  readonly mode: 'development' | 'production';
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** The address of the internal listener (metrics and what only neighbours may ask); loopback unless told otherwise. */
  readonly internalHost: string;
  /** 0 takes any free port. */
  readonly internalPort: number;
  /** Verifies user tokens (HS256). Absent in development: one is generated and kept with the data. */
  readonly jwtSecret?: string;
  /** Secrets of before, which still verify: a secret is changed without signing anybody out. */
  readonly previousJwtSecrets: readonly string[];
  /** Where the public keys are (JWKS) that verify RS256, ES256 and EdDSA tokens. */
  readonly jwksUrl?: string;
  /** What a token's `iss` and `aud` must be, where that is checked. */
  readonly tokenClaims: { readonly issuer?: string; readonly audience?: string };
  /** Keys that backends prove themselves with; any one of them is good. None: nothing that needs one is served. */
  readonly serviceKeys: readonly string[];
  /** What a Dapr sidecar proves itself with; absent: the internal listener believes whoever reaches it. */
  readonly appApiToken?: string;
  /** The name of the sidecar's pub/sub component. */
  readonly daprPubsubName: string;
  /** `backend`: the tasks live in the backend that publishes them, and channels send no snapshot. */
  readonly tasksSource: 'service' | 'backend';
  /** Origins whose pages may call the API and open sockets; compared exactly. */
  readonly allowedOrigins: readonly string[];
  /** May a plain socket bring its token as `?token=`? */
  readonly allowQueryToken: boolean;
  /** `off`: a user id in a socket's address identifies. Development only. */
  readonly auth: 'on' | 'off';
  /** Whose `X-Forwarded-For` is believed when limits per address are counted. */
  readonly trustedProxies: TrustedProxies;
  readonly logLevel: LogLevel;
  readonly limits: Limits;
}
