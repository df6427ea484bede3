import type { IncomingHttpHeaders } from 'node:http';
import { bearerTokenOf } from '@/auth/bearer-token';

const TOKEN_COOKIE = 'token';

/**
 * The token that an upgrade brought: `Authorization: Bearer`, else `?token=` where that is allowed, else the cookie
 * `token`. What was sent on purpose goes before what a browser adds by itself.
 */
export function requestTokenOf(
  headers: IncomingHttpHeaders,
  query: URLSearchParams,
  allowQueryToken: boolean,
): string | undefined {
  const queried = allowQueryToken ? query.get('token') : null;
  return bearerTokenOf(headers.authorization) ?? queried ?? cookieOf(headers.cookie ?? '', TOKEN_COOKIE);
}

function cookieOf(header: string, name: string): string | undefined {
  for (const pair of header.split(';')) {
    const [key = '', ...value] = pair.split('=');
    if (key.trim() === name)
      return (
        value
          .join('=')
          .trim()
          .replace(/^"(.*)"$/, '$1') || undefined
      );
  }
  return undefined;
}
