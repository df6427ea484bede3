import { Problem } from '@/ports/problem';

/** An error as plain data. */
export interface PlainError {
  readonly name: string;
  readonly message: string;
  readonly stack?: string;
  readonly code?: string;
  readonly problem?: Pick<Problem, 'status' | 'detail' | 'members' | 'headers'>;
}

/** Takes an error apart for the way to another thread. */
export function plainErrorOf(error: unknown): PlainError {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error) };
  return {
    name: error.name,
    message: error.message,
    ...(error.stack !== undefined && { stack: error.stack }),
    ...('code' in error && { code: String(error.code) }),
    ...(error instanceof Problem && {
      problem: { status: error.status, detail: error.detail, members: error.members, headers: error.headers },
    }),
  };
}

/** Puts an error together again: a `Problem` is one, any other error keeps its name, its stack and its code. */
export function errorOf({ name, message, stack, code, problem }: PlainError): Error {
  if (problem !== undefined) return new Problem(problem.status, problem.detail, problem.members, problem.headers);
  const error = Object.assign(new Error(message), { name }, code !== undefined && { code });
  if (stack !== undefined) error.stack = stack;
  return error;
}
