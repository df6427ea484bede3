import { type Environment, listOf, textOf } from './environment';
import type { ServiceConfig } from './service-config';

/** Least length of a secret, bytes: HS256 is as strong as its key (RFC 7518, section 3.2). */
export const MIN_SECRET_BYTES = 32;

const HOW_TO_MAKE = `${MIN_SECRET_BYTES} bytes or more (openssl rand -hex 32)`;

/** The part of the configuration that says whom to trust. */
export type Keys = Pick<ServiceConfig, 'jwtSecret' | 'previousJwtSecrets' | 'jwksUrl' | 'tokenClaims' | 'serviceKeys'>;

/** What is wrong, and what is only to be known of: `faults` keep the service from starting, `warnings` do not. */
export interface Remarks {
  readonly faults: string[];
  readonly warnings: string[];
}

/** Reads the secrets, keys and claims that tokens and backends are verified with; no remark repeats a secret. */
export function readKeys(env: Environment, isProduction: boolean, { faults, warnings }: Remarks): Keys {
  // A secret that other programs of a developer share may be short: what it signs is not worth anything yet ([AU19]).
  const ofSecrets = isProduction ? faults : warnings;
  const jwksUrl = readJwksUrl(env, isProduction, faults);
  const jwtSecret = readSecret(env, isProduction && jwksUrl === undefined, faults, ofSecrets);
  const issuer = textOf(env, 'JWT_ISSUER');
  const audience = textOf(env, 'JWT_AUDIENCE');
  return {
    ...(jwtSecret !== undefined && { jwtSecret }),
    ...(jwksUrl !== undefined && { jwksUrl }),
    previousJwtSecrets: readList(env, 'JWT_SECRET_PREVIOUS', MIN_SECRET_BYTES, ofSecrets),
    tokenClaims: { ...(issuer !== undefined && { issuer }), ...(audience !== undefined && { audience }) },
    serviceKeys: readServiceKeys(env, isProduction, faults),
  };
}

function readSecret(env: Environment, isNeeded: boolean, faults: string[], ofLength: string[]): string | undefined {
  const secret = textOf(env, 'JWT_SECRET');
  if (secret === undefined && isNeeded) {
    faults.push(
      `JWT_SECRET is missing: production needs the secret that signs your users' tokens, ${HOW_TO_MAKE}, or JWT_JWKS_URL.`,
    );
  }
  if (secret !== undefined && Buffer.byteLength(secret) < MIN_SECRET_BYTES) {
    const isOptional = textOf(env, 'NODE_ENV') !== 'production';
    ofLength.push(
      `JWT_SECRET is too short: set it to ${HOW_TO_MAKE}${isOptional ? ', or unset it to have one generated; production does not start with it' : ''}.`,
    );
  }
  return secret;
}

/** A key travels in a header. Unlike a secret it signs nothing: who only develops may choose a short one. */
function readServiceKeys(env: Environment, isProduction: boolean, faults: string[]): readonly string[] {
  const keys = readList(env, 'SERVICE_KEY', isProduction ? MIN_SECRET_BYTES : 1, faults);
  if (keys.some((key) => !/^[\x21-\x7e]+$/.test(key))) {
    faults.push('SERVICE_KEY holds a blank or a letter that no header carries: make it of ASCII letters and digits.');
  }
  return keys;
}

/** One secret, or the new and the old one while they are changed. */
function readList(
  env: Environment,
  name: 'SERVICE_KEY' | 'JWT_SECRET_PREVIOUS',
  minBytes: number,
  faults: string[],
): readonly string[] {
  const secrets = listOf(textOf(env, name) ?? '');
  if (secrets.some((secret) => Buffer.byteLength(secret) < minBytes)) {
    faults.push(`${name} is too short: each one has ${HOW_TO_MAKE}; several are separated by commas.`);
  }
  return secrets;
}

/** Whoever can change the keys on their way can sign in as anybody: production takes them over https alone. */
function readJwksUrl(env: Environment, isProduction: boolean, faults: string[]): string | undefined {
  const url = textOf(env, 'JWT_JWKS_URL');
  if (url === undefined) return undefined;
  const { protocol } = URL.canParse(url) ? new URL(url) : { protocol: '' };
  if (protocol !== 'https:' && (isProduction || protocol !== 'http:')) {
    faults.push(
      `JWT_JWKS_URL is "${url}": set it to the https address of your keys, such as https://id.example.org/.well-known/jwks.json.`,
    );
  }
  return url;
}
