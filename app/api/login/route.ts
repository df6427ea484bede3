import { type NextRequest, NextResponse } from 'next/server';
import { isSameOrigin } from '@/app/_server/same-origin';
import { loginByName } from '@/app/_server/service-api';
import { beginSession } from '@/app/_server/session';

const MAX_BODY_BYTES = 4_096;

/** Takes the form of /login, with or without JavaScript: begins a session and goes on to the tasks, or back to say why not. */
export async function POST(request: NextRequest): Promise<Response> {
  if (!isSameOrigin(request)) {
    return new Response('Sign in on the page /login of this site.\n', { status: 403 });
  }
  const name = await readName(request);
  const answer = name === '' ? ({ outcome: 'name' } as const) : await loginByName(name);
  if (answer.outcome !== 'done') {
    return seeOther(`/login?${new URLSearchParams({ error: answer.outcome, name: name.slice(0, 64) })}`);
  }
  const response = seeOther('/tasks');
  beginSession(request, response, answer.token, answer.expiresAt);
  return response;
}

/** The name of the form, "" when there is none. */
async function readName(request: NextRequest): Promise<string> {
  if (Number(request.headers.get('content-length')) > MAX_BODY_BYTES) return '';
  try {
    const name = (await request.formData()).get('name');
    return typeof name === 'string' ? name.trim() : '';
  } catch {
    return '';
  }
}

function seeOther(location: string): NextResponse {
  return new NextResponse(null, { status: 303, headers: { location, 'cache-control': 'no-store' } });
}
