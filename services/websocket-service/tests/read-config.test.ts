import { describe, expect, it } from 'vitest';
import type { Environment } from '@/config/environment';
import { readConfig } from '@/config/read-config';
import type { ServiceConfig } from '@/config/service-config';

const SECRET = 'x'.repeat(32);

function configOf(env: Environment): ServiceConfig {
  const reading = readConfig(env);
  if (!reading.ok) throw new Error(reading.faults.join('\n'));
  return reading.config;
}

function faultsOf(env: Environment): readonly string[] {
  const reading = readConfig(env);
  return reading.ok ? [] : reading.faults;
}

describe('the configuration', () => {
  it('[SV27] needs nothing in development', () => {
    expect(configOf({})).toMatchObject({
      mode: 'development',
      host: '127.0.0.1',
      port: 8005,
      internalHost: '127.0.0.1',
      internalPort: 8006,
      dataDir: '.data',
      allowedOrigins: ['http://localhost:3000', 'http://127.0.0.1:3000'],
      allowQueryToken: true,
      auth: 'on',
      logLevel: 'warn',
    });
    expect(configOf({}).jwtSecret).toBeUndefined();
    expect(configOf({ SERVICE_PORT: ' ', JWT_SECRET: '', NODE_ENV: '' })).toEqual(configOf({}));
  });

  it('[SV27, AU15] is stricter in production', () => {
    expect(configOf({ NODE_ENV: 'production', JWT_SECRET: SECRET })).toMatchObject({
      mode: 'production',
      host: '0.0.0.0',
      jwtSecret: SECRET,
      allowedOrigins: [],
      allowQueryToken: false,
      logLevel: 'info',
    });
  });

  it('[SV27] takes what is set', () => {
    const env = {
      NODE_ENV: 'test',
      HOST: '::1',
      SERVICE_PORT: '0',
      DATA_DIR: '/data',
      JWT_SECRET: SECRET,
      ALLOWED_ORIGINS: 'https://a.example, http://b.example:8080 ,',
      ALLOW_QUERY_TOKEN: 'false',
      AUTH: 'off',
      LOG_LEVEL: 'silent',
    };
    expect(configOf(env)).toMatchObject({
      mode: 'development',
      host: '::1',
      port: 0,
      dataDir: '/data',
      jwtSecret: SECRET,
      allowedOrigins: ['https://a.example', 'http://b.example:8080'],
      allowQueryToken: false,
      auth: 'off',
      logLevel: 'silent',
    });
  });

  it.each([
    [{ SERVICE_PORT: '9000' }, 9001],
    [{ SERVICE_PORT: '0' }, 0],
    [{ SERVICE_PORT: '65535' }, 0],
    [{ SERVICE_PORT: '9000', INTERNAL_PORT: '9100' }, 9100],
  ])('[SV100] listens internally beside the public port or where it is told: %j', (env, internalPort) => {
    expect(configOf(env)).toMatchObject({ internalPort });
  });

  it.each([
    [{ INTERNAL_PORT: 'x' }, /^INTERNAL_PORT is "x": set it to/],
    [{ SERVICE_PORT: '9000', INTERNAL_PORT: '9000' }, /^INTERNAL_PORT is 9000 like SERVICE_PORT/],
    [{ NODE_ENV: 'staging' }, /^NODE_ENV is "staging": set it to/],
    [{ SERVICE_PORT: '65536' }, /^SERVICE_PORT is "65536": set it to/],
    [{ SERVICE_PORT: '80a' }, /^SERVICE_PORT/],
    [{ SERVICE_PORT: '-1' }, /^SERVICE_PORT/],
    [{ ALLOWED_ORIGINS: '*' }, /^ALLOWED_ORIGINS holds "\*": list exact origins/],
    [{ ALLOWED_ORIGINS: 'https://a.example/' }, /^ALLOWED_ORIGINS/],
    [{ ALLOWED_ORIGINS: 'null' }, /^ALLOWED_ORIGINS/],
    [{ ALLOW_QUERY_TOKEN: 'yes' }, /^ALLOW_QUERY_TOKEN is "yes": set it to true or false/],
    [{ AUTH: 'maybe' }, /^AUTH is "maybe": set it to on or off/],
    [{ LOG_LEVEL: 'loud' }, /^LOG_LEVEL is "loud": set it to one of/],
  ])('[SV27] refuses %j with its cure', (env, fault) => {
    expect(faultsOf(env)).toEqual([expect.stringMatching(fault)]);
  });

  it.each([
    [{ NODE_ENV: 'production' }, /^JWT_SECRET is missing/],
    [{ NODE_ENV: 'production', JWT_SECRET: 'x'.repeat(31) }, /^JWT_SECRET is too short/],
    [{ NODE_ENV: 'production', JWT_SECRET: SECRET, JWT_SECRET_PREVIOUS: 'short' }, /^JWT_SECRET_PREVIOUS is too short/],
    [{ NODE_ENV: 'production', JWT_SECRET: SECRET, AUTH: 'off' }, /^AUTH is "off"/],
  ])('[AU19] refuses %j', (env, fault) => {
    expect(faultsOf(env)).toEqual([expect.stringMatching(fault)]);
  });

  it('[AU19] takes a short secret in development, and warns with the cure without repeating it', () => {
    const reading = readConfig({ JWT_SECRET: 'hunter2', JWT_SECRET_PREVIOUS: 'old' });
    expect(reading).toMatchObject({
      ok: true,
      config: { jwtSecret: 'hunter2', previousJwtSecrets: ['old'] },
      warnings: [
        expect.stringMatching(/^JWT_SECRET is too short: .* or unset it .*; production does not start with it\.$/),
        expect.stringMatching(/^JWT_SECRET_PREVIOUS is too short/),
      ],
    });
    expect(reading.ok && reading.warnings.join()).not.toMatch(/hunter2|old/);
    expect(readConfig({ JWT_SECRET: SECRET })).toMatchObject({ warnings: [] });
  });

  it('[AU19] counts bytes, and never repeats the secret', () => {
    expect(faultsOf({ NODE_ENV: 'production', JWT_SECRET: 'ä'.repeat(16) })).toEqual([]);
    expect(faultsOf({ NODE_ENV: 'production', JWT_SECRET: 'hunter2' }).join()).not.toContain('hunter2');
  });

  it('[AU40] takes one service key, or several while they are changed, and production refuses short ones without repeating them', () => {
    const next = 'y'.repeat(32);
    expect(configOf({}).serviceKeys).toEqual([]);
    expect(configOf({ SERVICE_KEY: `${next}, ${SECRET}` }).serviceKeys).toEqual([next, SECRET]);
    expect(faultsOf({ SERVICE_KEY: `${next} ${next}` })).toEqual([expect.stringMatching(/^SERVICE_KEY holds a blank/)]);
    expect(configOf({ SERVICE_KEY: 'hunter2' }).serviceKeys).toEqual(['hunter2']);
    const faults = faultsOf({ NODE_ENV: 'production', JWT_SECRET: SECRET, SERVICE_KEY: `${SECRET},hunter2` });
    expect(faults).toEqual([expect.stringMatching(/^SERVICE_KEY is too short/)]);
    expect(faults.join()).not.toContain('hunter2');
  });

  it('[AU46, AU47] takes earlier secrets, public keys and claims', () => {
    const keys = { JWT_JWKS_URL: 'https://id.example/keys', JWT_ISSUER: 'https://id.example', JWT_AUDIENCE: 'tasks' };
    const config = configOf({ NODE_ENV: 'production', JWT_SECRET_PREVIOUS: SECRET, ...keys });
    expect(config).toMatchObject({
      previousJwtSecrets: [SECRET],
      jwksUrl: keys.JWT_JWKS_URL,
      tokenClaims: { issuer: keys.JWT_ISSUER, audience: 'tasks' },
    });
    expect(config.jwtSecret).toBeUndefined();
    const insecure = { NODE_ENV: 'production', JWT_JWKS_URL: 'http://id.example/keys' };
    expect(faultsOf(insecure)).toEqual([expect.stringMatching(/^JWT_JWKS_URL .*https/)]);
    expect(faultsOf({ JWT_JWKS_URL: 'nowhere' })).toEqual([expect.stringMatching(/^JWT_JWKS_URL/)]);
  });

  it('[SV27] names every fault at once', () => {
    const env = { NODE_ENV: 'production', SERVICE_PORT: 'x', ALLOWED_ORIGINS: 'a,b', AUTH: 'off', LOG_LEVEL: 'x' };
    expect(faultsOf(env).map((fault) => /^[A-Z_]+/.exec(fault)?.[0])).toEqual([
      'JWT_SECRET',
      'SERVICE_PORT',
      'ALLOWED_ORIGINS',
      'ALLOWED_ORIGINS',
      'AUTH',
      'LOG_LEVEL',
    ]);
  });

  it.each(['ключ', 'caf\u00e9'])('[AU48] an APP_API_TOKEN that no header carries is refused: %s', (token) => {
    const reading = readConfig({ APP_API_TOKEN: token });
    expect(reading).toEqual({ ok: false, faults: [expect.stringMatching(/^APP_API_TOKEN holds .* ASCII/)] });
    expect(readConfig({ APP_API_TOKEN: 'two words' })).toMatchObject({
      ok: true,
      config: { appApiToken: 'two words' },
    });
  });
});
