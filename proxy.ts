import { type NextRequest, NextResponse } from 'next/server';
import { contentSecurityPolicy } from '@/app/_server/content-security-policy';
import { readOtherServer } from '@/app/_server/other-server';

/** Gives every page a content security policy with a nonce of its own; Next puts the nonce on its scripts. */
export function proxy(request: NextRequest): NextResponse {
  const nonce = btoa(crypto.randomUUID());
  const other = readOtherServer(process.env);
  const policy = contentSecurityPolicy({
    nonce,
    development: process.env.NODE_ENV === 'development',
    socketUrl: other === null ? process.env.NEXT_PUBLIC_WEBSOCKET_URL : other.baseUrl.replace(/^http/, 'ws'),
  });
  const headers = new Headers(request.headers);
  headers.set('content-security-policy', policy);
  const response = NextResponse.next({ request: { headers } });
  response.headers.set('content-security-policy', policy);
  return response;
}

export const config = { matcher: ['/((?!api/|_next/static|_next/image|icon).*)'] };
