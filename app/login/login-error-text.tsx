import type { ReactNode } from 'react';

const TEXTS: ReadonlyMap<string, ReactNode> = new Map<string, ReactNode>([
  ['name', 'That cannot be a name. Give one of 1 to 64 characters.'],
  [
    'unreachable',
    <>
      The task service does not answer. Start it with <code>npm run dev</code>, or by itself with{' '}
      <code>npm run service</code>, and sign in again.
    </>,
  ],
  [
    'off',
    'Signing in by name is for development, and this service runs in production. Sign in where your organisation says.',
  ],
  ['failed', 'The task service could not sign you in. Try again; if it stays so, look into the log of the service.'],
]);

/** What went wrong with a login and what to do, in words; `undefined` when nothing did. */
export function loginErrorText(error: unknown): ReactNode {
  if (typeof error !== 'string') return undefined;
  return TEXTS.get(error) ?? TEXTS.get('failed');
}
