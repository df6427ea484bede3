import type { NextRequest } from 'next/server';
import { readOtherServer } from '@/app/_server/other-server';
import { isSameOrigin } from '@/app/_server/same-origin';
import { checkToken } from '@/app/_server/service-api';
import { readSession } from '@/app/_server/session';

/** Hands the session's token to the page that opens the socket: `{token, expiresAt}`; else a problem document. */
export async function GET(request: NextRequest): Promise<Response> {
  if (!isSameOrigin(request)) return problem(403, 'Tokens are for pages of this site only.');
  const session = await readSession();
  if (session === null) return problem(401, 'Sign in first.');
  // Another server's token is not the service's to check.
  switch (readOtherServer(process.env) === null ? await checkToken(session.token) : 'good') {
    case 'refused':
      return problem(401, 'Sign in again.');
    case 'unknown':
      return problem(503, 'The task service does not answer.');
    case 'good':
      return answer(200, { token: session.token, expiresAt: new Date(session.expiresAt).toISOString() });
  }
}

function problem(status: number, detail: string): Response {
  return answer(status, { status, title: detail, detail }, 'application/problem+json');
}

function answer(status: number, body: object, type = 'application/json'): Response {
  const headers = { 'content-type': type, 'cache-control': 'no-store', vary: 'Cookie, Sec-Fetch-Site' };
  return new Response(JSON.stringify(body), { status, headers });
}
