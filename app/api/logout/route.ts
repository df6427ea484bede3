import { type NextRequest, NextResponse } from 'next/server';
import { isSameOrigin } from '@/app/_server/same-origin';
import { endSession } from '@/app/_server/session';

/** Ends the session and goes to /login. */
export async function POST(request: NextRequest): Promise<Response> {
  if (!isSameOrigin(request)) return new Response('Sign out on a page of this site.\n', { status: 403 });
  const response = new NextResponse(null, {
    status: 303,
    headers: { location: '/login', 'cache-control': 'no-store' },
  });
  endSession(request, response);
  return response;
}
