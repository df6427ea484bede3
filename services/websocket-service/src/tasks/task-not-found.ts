import { Problem } from '@/ports/problem';

/** The refusal for a task that does not exist, or that this user must not know of: the two read the same ([SV11]). */
export function notFound(): Problem {
  return new Problem(404, 'There is no such task.');
}
