import { isCount, isRecord, isTask, isTaskId, type Mutation, type MutationAnswer, type Task } from '@/lib/protocol';

/**
 * What a response to a change means; decided by its status alone ([OB4]).
 *
 * | status | outcome |
 * |---|---|
 * | 2xx | done |
 * | 404, 410 | gone; for a delete: done, the task is away |
 * | 412 | conflict, the body holds the task that stands |
 * | 401, 408, 409 with `Retry-After`, 425, 429, 5xx | retry |
 * | any other | rejected |
 */
export async function answerOf<T extends Task>(response: Response, kind: Mutation['kind']): Promise<MutationAnswer<T>> {
  const { status } = response;
  if (response.ok) {
    const body = await bodyOf(response);
    return { outcome: 'done', ...taskOf<T>(body.task), ...epochOf(body) };
  }
  if (status === 404 || status === 410) return kind === 'delete' ? { outcome: 'done' } : { outcome: 'gone' };
  if (status === 412) {
    const body = await bodyOf(response.clone());
    if (isTask(body.task)) return { outcome: 'conflict', current: body.task as T, ...epochOf(body) };
  }
  const reason = await problemOf(response);
  const afterMs = retryAfterOf(response);
  const inProgress = status === 409 && afterMs !== undefined;
  if (status >= 500 || inProgress || [401, 408, 425, 429].includes(status)) {
    return { outcome: 'retry', reason, ...(afterMs !== undefined && { afterMs }) };
  }
  return { outcome: 'rejected', status, reason };
}

/** What a refusal says to a person: the words of a problem document or of FastAPI, else the status. Never throws. */
export async function problemOf(response: Response): Promise<string> {
  const { detail, title, message, error } = await bodyOf(response);
  const faults = Array.isArray(detail)
    ? detail.map((fault: unknown) => (isRecord(fault) ? fault.msg : fault))
    : [detail];
  for (const words of [...faults, title, message, error]) if (typeof words === 'string' && words !== '') return words;
  return `The server answered ${response.status}${response.statusText && ` (${response.statusText})`}.`;
}

async function bodyOf(response: Response): Promise<Record<string, unknown>> {
  try {
    const body: unknown = await response.json();
    return isRecord(body) ? body : {};
  } catch {
    return {};
  }
}

function taskOf<T extends Task>(task: unknown): { task?: T | { id: string | number; version: number } } {
  if (isTask(task)) return { task: task as T };
  if (isRecord(task) && isTaskId(task.id) && isCount(task.version))
    return { task: { id: task.id, version: task.version } };
  return {};
}

function epochOf(body: Record<string, unknown>): { epoch?: string } {
  return typeof body.epoch === 'string' ? { epoch: body.epoch } : {};
}

/** `Retry-After` in seconds or as a date (RFC 9110), as milliseconds from now. */
function retryAfterOf(response: Response): number | undefined {
  const header = response.headers.get('retry-after');
  if (header === null) return undefined;
  const seconds = Number(header);
  const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(header) - Date.now();
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}
