import { describe, expect, it } from 'vitest';
import { contentSecurityPolicy } from '@/app/_server/content-security-policy';
import { serviceUrlOf } from '@/app/_server/service-url';

describe('serviceUrlOf', () => {
  it.each([
    [{}, 'http://127.0.0.1:8005'],
    [{ SERVICE_PORT: '9000' }, 'http://127.0.0.1:9000'],
    [{ NEXT_PUBLIC_WEBSOCKET_URL: 'ws://localhost:8005/ws', SERVICE_PORT: '9000' }, 'http://localhost:8005'],
    [{ NEXT_PUBLIC_WEBSOCKET_URL: 'wss://tasks.example/live/ws' }, 'https://tasks.example'],
    [
      { SERVICE_URL: 'http://service:8005/', NEXT_PUBLIC_WEBSOCKET_URL: 'wss://tasks.example/ws' },
      'http://service:8005',
    ],
    [{ SERVICE_URL: 'https://host/tasks/' }, 'https://host/tasks'],
  ])('finds %o at %s', (env, url) => {
    expect(serviceUrlOf(env)).toBe(url);
  });

  it.each([
    ['SERVICE_URL', { SERVICE_URL: 'localhost:8005' }],
    ['SERVICE_URL', { SERVICE_URL: 'ws://localhost:8005' }],
    ['NEXT_PUBLIC_WEBSOCKET_URL', { NEXT_PUBLIC_WEBSOCKET_URL: 'http://localhost:8005/ws' }],
  ])('names %s when it is no such address', (name, env) => {
    expect(() => serviceUrlOf(env)).toThrow(name);
  });
});

describe('contentSecurityPolicy', () => {
  const directive = (policy: string, name: string) =>
    policy
      .split('; ')
      .find((one) => one.startsWith(`${name} `))
      ?.split(' ')
      .slice(1);

  it('[AU34] runs scripts with the nonce alone, and evaluates code in development alone', () => {
    const policy = { nonce: 'abc', socketUrl: undefined };
    const production = directive(contentSecurityPolicy({ ...policy, development: false }), 'script-src');
    expect(production).toEqual(["'self'", "'nonce-abc'", "'strict-dynamic'"]);
    const development = directive(contentSecurityPolicy({ ...policy, development: true }), 'script-src');
    expect(development).toEqual([...(production ?? []), "'unsafe-eval'"]);
  });

  it.each([
    ['wss://live.example/ws', ["'self'", 'wss://live.example', 'https://live.example']],
    ['not an address', ["'self'"]],
    [
      undefined,
      ["'self'", 'ws://localhost:8005', 'http://localhost:8005', 'ws://127.0.0.1:8005', 'http://127.0.0.1:8005'],
    ],
  ])('[AU34] connects to this site and to the service of %s only', (socketUrl, allowed) => {
    const policy = contentSecurityPolicy({ nonce: 'abc', development: false, socketUrl });
    expect(directive(policy, 'connect-src')).toEqual(allowed);
    expect(directive(policy, 'frame-ancestors')).toEqual(["'none'"]);
  });
});
