import 'server-only';
import { cookies } from 'next/headers';
import type { NextRequest, NextResponse } from 'next/server';
import { cache } from 'react';
import { readOtherServer } from './other-server';
import { readClaims, type TokenClaims } from './token-claims';

/** The cookie that holds the signed-in person's token; scripts in the browser cannot read it. */
export const SESSION_COOKIE = 'taskwire_session';

/** A token that has not ended yet and what it claims. Only the service knows whether it is genuine. */
export interface ServerSession extends TokenClaims {
  readonly token: string;
}

/** The end of what does not end, milliseconds since 1970. */
const FOR_EVER = Date.UTC(9999, 0);

/** The session of the request that is being answered; `null` without one, or when it has ended. */
export const readSession = cache(async (): Promise<ServerSession | null> => {
  const jar = await cookies();
  const other = readOtherServer(process.env);
  // Who may see the tasks of another server is that server's to say; this application is pointed at it for one person.
  if (other !== null) {
    return { user: { id: other.userId, name: other.userId }, expiresAt: FOR_EVER, token: other.token ?? '' };
  }
  const token = jar.get(SESSION_COOKIE)?.value;
  const claims = token === undefined ? null : readClaims(token);
  if (token === undefined || claims === null || claims.expiresAt <= Date.now()) return null;
  return { ...claims, token };
});

/** Lets a response begin a session, which lasts as long as its token. */
export function beginSession(request: NextRequest, response: NextResponse, token: string, expiresAt: number): void {
  const expires = new Date(expiresAt);
  response.cookies.set(SESSION_COOKIE, token, { ...attributesFor(request), expires });
}

/** Lets a response end the session. */
export function endSession(request: NextRequest, response: NextResponse): void {
  response.cookies.set(SESSION_COOKIE, '', { ...attributesFor(request), maxAge: 0 });
}

function attributesFor(request: NextRequest) {
  const forwarded = request.headers.get('x-forwarded-proto')?.split(',')[0]?.trim();
  const secure = (forwarded ?? request.nextUrl.protocol.replace(':', '')) === 'https';
  return { httpOnly: true, sameSite: 'lax', path: '/', secure } as const;
}
