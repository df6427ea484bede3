import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { DEFAULT_LIMITS } from '@/config/limits';
import { createBaseApp } from '@/http/create-base-app';
import type { Logger } from '@/ports/logger';
import { traceFactsOf } from '@/ports/trace-id';
import { createApi } from './support/api';
import { PATIENT_MS, POLLING } from './support/patience';
import { startTestService } from './support/test-service';
import { openNative, openSocket } from './support/test-socket';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const TRACEPARENT = `00-${TRACE}-00f067aa0ba902b7-01`;

function createLog() {
  const lines: Record<string, unknown>[] = [];
  const write = (facts: object, message: string): void => void lines.push({ ...facts, message });
  const log: Logger = { debug: write, info: write, warn: write, error: write };
  return { log, lines };
}

describe('answers', { timeout: PATIENT_MS }, () => {
  it('[SV104] carry hardened headers and their request’s id, refusals and the internal ones too', async () => {
    const { api, internalUrl } = await startTestService();
    const answers = [
      await api.call('GET', '/health'),
      await api.call('GET', '/nope'),
      await api.call('GET', '/api/v1/tasks'),
      await createApi(internalUrl).call('GET', '/metrics'),
    ];
    for (const { headers } of answers) {
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('content-security-policy')).toBe("default-src 'none'; frame-ancestors 'none'");
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('x-frame-options')).toBe('DENY');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('x-request-id')).toMatch(/^[\da-f-]{36}$/);
    }
    expect(new Set(answers.map(({ headers }) => headers.get('x-request-id'))).size).toBe(answers.length);
  });
});

describe('log lines', { timeout: PATIENT_MS }, () => {
  it.each([
    ['info', ['request']],
    ['warn', []],
  ])('[SV105] of requests are written by a logger at %s: %j', async (level, messages) => {
    const lines: string[] = [];
    const log = pino({ level }, { write: (line) => void lines.push(line) });
    const answer = await createBaseApp({ log, ...DEFAULT_LIMITS }).inject('/nope');
    expect(answer.headers['x-request-id']).toBeDefined();
    expect(lines.map((line) => JSON.parse(line).msg)).toEqual(messages);
  });

  it('[SV105] name the request that was answered, the session that was welcomed, and their traces', async () => {
    const { log, lines } = createLog();
    const { url, api, signIn } = await startTestService({ log });
    const { token } = await signIn('Ada');
    const { headers } = await api.call('GET', '/health', { headers: { traceparent: TRACEPARENT } });
    const requestId = headers.get('x-request-id');
    await expect
      .poll(() => lines.find((line) => line.requestId === requestId), POLLING)
      .toMatchObject({ traceId: TRACE });
    await openSocket(url, { headers: { traceparent: TRACEPARENT } });
    expect(lines.find((line) => line.message === 'a socket was opened')).toMatchObject({ traceId: TRACE });
    const native = await openNative(url, token);
    const { sessionId } = await native.waitFor('welcome');
    expect(lines.filter((line) => line.sessionId === sessionId).length).toBeGreaterThan(1);
    expect(JSON.stringify(lines)).not.toContain(token);
  });

  it.each([
    '',
    'nonsense',
    `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`,
    `00-${TRACE}-${'0'.repeat(16)}-01`,
    `ff-${TRACE}-00f067aa0ba902b7-01`,
    `00-${TRACE.toUpperCase()}-00f067aa0ba902b7-01`,
    `00-${TRACE}-00f067aa0ba902b7-01injected`,
  ])('[SV105] take nothing from the traceparent "%s"', (traceparent) => {
    expect(traceFactsOf({ traceparent })).toEqual({});
  });
});

describe('what the service is run with', () => {
  const read = (path: string) => readFileSync(fileURLToPath(new URL(`../${path}`, import.meta.url)), 'utf8');
  const known = new Set([...read('../../.env.example').matchAll(/^# ([A-Z_]+)=/gm)].map(([, name]) => name));

  it('[SV106] sets variables that exist', () => {
    const compose = /environment:\n((?: {4}.*\n)+)/.exec(read('../../docker-compose.yml'))?.[1] ?? '';
    const inCompose = [...compose.matchAll(/^ {4}([A-Z_]+):/gm)].map(([, name]) => name);
    const inImage = [...read('Dockerfile').matchAll(/\b([A-Z_]{4,})=/g)].map(([, name]) => name);
    const inUnit = [...read('deploy/taskwire.service').matchAll(/^Environment=([A-Z_]+)=/gm)].map(([, name]) => name);
    expect(inCompose).toEqual(['DATABASE_URL', 'JWT_SECRET', 'SERVICE_KEY', 'ALLOWED_ORIGINS', 'TRUST_PROXY']);
    expect([...inImage, ...inUnit, ...inCompose].filter((name) => !known.has(name))).toEqual([]);
  });

  it('[SV106] starts what the build makes', () => {
    for (const file of ['Dockerfile', 'deploy/taskwire.service']) {
      expect(read(file)).toContain('services/websocket-service/dist/main.js');
    }
    expect(read('build.mjs')).toContain('dist');
  });
});
