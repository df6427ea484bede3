import { NextRequest } from 'next/server';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { POST as login } from '@/app/api/login/route';
import { POST as logout } from '@/app/api/logout/route';
import { GET as getToken } from '@/app/api/token/route';

const jar = vi.hoisted(() => new Map<string, string>());

vi.mock('server-only', () => ({}));
vi.mock('next/headers', () => ({
  cookies: async () => ({ get: (name: string) => (jar.has(name) ? { name, value: jar.get(name) } : undefined) }),
}));

const HOUR_MS = 3_600_000;
const APP = 'http://tasks.example';
const expiresAt = new Date(Math.ceil(Date.now() / 1000) * 1000 + HOUR_MS);

/** A token as the service would sign it. */
function token(claims: object): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'HS256' })}.${part(claims)}.c2lnbmF0dXJl`;
}
const GOOD = token({ sub: 'u1', name: 'Ada', exp: expiresAt.getTime() / 1000 });

/** What the service answers, by path. */
let service: (path: string, init: RequestInit) => Response;

beforeEach(() => {
  jar.clear();
  service = () => Response.json({ status: 404 }, { status: 404 });
  vi.stubEnv('SERVICE_URL', 'http://service.internal:9');
  vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
    expect(new URL(url).origin).toBe('http://service.internal:9');
    return service(new URL(url).pathname, init);
  });
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.unstubAllEnvs();
});

const post = (path: string, body: string, headers: Record<string, string> = {}) =>
  new NextRequest(`${APP}${path}`, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/x-www-form-urlencoded', host: 'tasks.example', ...headers },
  });
const get = (headers: Record<string, string> = {}) => new NextRequest(`${APP}/api/token`, { headers });
const signIn = (name: string, headers?: Record<string, string>) =>
  login(post('/api/login', new URLSearchParams({ name }).toString(), headers));
const accept = () => {
  service = () => Response.json({ token: GOOD, user: { id: 'u1', name: 'Ada' }, expiresAt: expiresAt.toISOString() });
};

describe('POST /api/login', () => {
  it('[AU32] begins a session in a cookie that scripts cannot read and that ends with the token', async () => {
    accept();
    const response = await signIn(' Ada ');
    expect(response.status).toBe(303);
    expect(response.headers.get('location')).toBe('/tasks');
    const cookie = response.headers.get('set-cookie') ?? '';
    expect(cookie).toContain(GOOD);
    expect(cookie).toContain('HttpOnly');
    expect(cookie.toLowerCase()).toContain('samesite=lax');
    expect(cookie).toContain(`Expires=${expiresAt.toUTCString()}`);
    expect(cookie).not.toContain('Secure');
  });

  it('[AU32] marks the cookie Secure where the person came over https', async () => {
    accept();
    const response = await signIn('Ada', { 'x-forwarded-proto': 'https' });
    expect(response.headers.get('set-cookie')).toContain('Secure');
  });

  it.each([
    ['another site', { 'sec-fetch-site': 'cross-site' }],
    ['another port of this machine', { 'sec-fetch-site': 'same-site' }],
    ['a foreign origin of an old browser', { origin: 'https://evil.example' }],
    ['an opaque origin', { origin: 'null' }],
  ])('[AU31] refuses a form from %s', async (_name, headers) => {
    accept();
    const response = await signIn('Ada', headers);
    expect(response.status).toBe(403);
    expect(response.headers.get('set-cookie')).toBeNull();
  });

  it.each([
    ['an empty name', ' ', 200, '/login?error=name&name='],
    ['a name that the service refuses', 'Ada', 400, '/login?error=name&name=Ada'],
    ['a service in production', 'Ada', 404, '/login?error=off&name=Ada'],
    ['a service in trouble', 'Ada', 500, '/login?error=failed&name=Ada'],
    ['an answer that is none', 'Ada', 200, '/login?error=failed&name=Ada'],
  ])('goes back and says why after %s', async (_case, name, status, location) => {
    service = () => Response.json({}, { status });
    const response = await signIn(name);
    expect([response.status, response.headers.get('location')]).toEqual([303, location]);
    expect(response.headers.get('set-cookie')).toBeNull();
  });

  it('says so when the service cannot be reached', async () => {
    service = () => {
      throw new TypeError('fetch failed');
    };
    expect((await signIn('Ada')).headers.get('location')).toBe('/login?error=unreachable&name=Ada');
  });

  it('reads no body that is too large for a form', async () => {
    accept();
    const response = await signIn('Ada', { 'content-length': '100000' });
    expect(response.headers.get('location')).toBe('/login?error=name&name=');
  });
});

describe('POST /api/logout', () => {
  it('ends the session, for pages of this site only', async () => {
    const response = await logout(post('/api/logout', ''));
    expect([response.status, response.headers.get('location')]).toEqual([303, '/login']);
    expect(response.headers.get('set-cookie')).toContain('Max-Age=0');
    expect((await logout(post('/api/logout', '', { 'sec-fetch-site': 'cross-site' }))).status).toBe(403);
  });
});

describe('GET /api/token', () => {
  it('[AU30] hands out the token that the service accepts, and nobody may keep the answer', async () => {
    jar.set('taskwire_session', GOOD);
    const seen: unknown[] = [];
    service = (_path, init) => {
      seen.push(new Headers(init.headers).get('authorization'));
      return Response.json({}, { status: 404 });
    };
    const response = await getToken(get({ 'sec-fetch-site': 'same-origin' }));
    expect(await response.json()).toEqual({ token: GOOD, expiresAt: expiresAt.toISOString() });
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(seen).toEqual([`Bearer ${GOOD}`]);
  });

  it.each(['cross-site', 'same-site'])('[AU30] refuses a request that is %s', async (site) => {
    jar.set('taskwire_session', GOOD);
    expect((await getToken(get({ 'sec-fetch-site': site }))).status).toBe(403);
  });

  it.each([
    ['no cookie', undefined],
    ['something that is no token', 'abc'],
    ['claims that are no JSON', 'a.b.c'],
    ['no user', token({ exp: 4e9 })],
    ['no end', token({ sub: 'u1' })],
    ['a token that has ended', token({ sub: 'u1', exp: 1_000 })],
  ])('[AU33] answers 401 to %s without asking the service', async (_name, value) => {
    service = () => {
      throw new Error('asked');
    };
    if (value !== undefined) jar.set('taskwire_session', value);
    expect((await getToken(get())).status).toBe(401);
  });

  it('[AU33] answers 401 to a token that the service refuses', async () => {
    jar.set('taskwire_session', GOOD);
    service = () => Response.json({}, { status: 401 });
    const response = await getToken(get());
    expect(response.status).toBe(401);
    expect(await response.text()).not.toContain(GOOD);
  });

  it('answers 503 while the service cannot say', async () => {
    jar.set('taskwire_session', GOOD);
    service = () => {
      throw new TypeError('fetch failed');
    };
    const response = await getToken(get());
    expect(response.status).toBe(503);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
  });
});
