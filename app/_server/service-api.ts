import 'server-only';
import { native } from '@/lib/connectors';
import { isRecord, RequestError, type TaskList } from '@/lib/protocol';
import { serviceUrlOf } from './service-url';

/** How long the service may take to answer this server, milliseconds. */
const ANSWER_LIMIT_MS = 5_000;

/** A task id that no task has: asking for it only asks whether the token is good. */
const NO_TASK = '00000000-0000-0000-0000-000000000000';

/** What came of a login by name. */
export type LoginAnswer =
  | { readonly outcome: 'done'; readonly token: string; readonly expiresAt: number }
  /** `name`: not usable as a name; `off`: this service has no login by name; `unreachable`: it did not answer. */
  | { readonly outcome: 'name' | 'off' | 'unreachable' | 'failed' };

/** Signs in by name: development only. Never rejects. */
export async function loginByName(name: string): Promise<LoginAnswer> {
  try {
    const response = await call('/auth/dev-login', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name }),
    });
    if (response.status === 404) return { outcome: 'off' };
    if (response.status === 400) return { outcome: 'name' };
    if (!response.ok) return { outcome: 'failed' };
    const body: unknown = await response.json();
    const expiresAt = isRecord(body) && typeof body.expiresAt === 'string' ? Date.parse(body.expiresAt) : Number.NaN;
    if (!isRecord(body) || typeof body.token !== 'string' || Number.isNaN(expiresAt)) return { outcome: 'failed' };
    return { outcome: 'done', token: body.token, expiresAt };
  } catch {
    return { outcome: 'unreachable' };
  }
}

/** Asks the service whether it takes this token; `unknown` when it gave no answer. Never rejects. */
export async function checkToken(token: string): Promise<'good' | 'refused' | 'unknown'> {
  try {
    const { status } = await call(`/tasks/${NO_TASK}`, { headers: { authorization: `Bearer ${token}` } });
    if (status === 401 || status === 403) return 'refused';
    return status >= 500 ? 'unknown' : 'good';
  } catch {
    return 'unknown';
  }
}

/**
 * Reads all tasks of a token's user with the positions that they stand at: what the first paint shows. `refused`: the token is
 * no good; `null`: the service did not answer in time, the browser will go on asking. Never rejects.
 */
export async function readFirstTasks(token: string): Promise<TaskList | 'refused' | null> {
  try {
    const service = native({ apiUrl: `${serviceUrlOf(process.env)}/api/v1`, getToken: async () => token });
    return await service.fetchTasks(AbortSignal.timeout(ANSWER_LIMIT_MS));
  } catch (error) {
    return error instanceof RequestError && (error.status === 401 || error.status === 403) ? 'refused' : null;
  }
}

function call(path: string, init: RequestInit): Promise<Response> {
  return fetch(`${serviceUrlOf(process.env)}/api/v1${path}`, {
    ...init,
    cache: 'no-store',
    signal: AbortSignal.timeout(ANSWER_LIMIT_MS),
  });
}
