import { type OPEN_API_SCHEMAS, schemaRef } from './open-api-schemas';

/** One operation of the document. */
export type Operation = Readonly<Record<string, unknown>>;

/** What an operation is made of. */
export interface OperationParts {
  readonly summary: string;
  /** Who may call it; default a user. */
  readonly by?: 'user' | 'service' | 'anybody';
  /** Query parameters as in a JSON schema of the query. */
  readonly query?: { readonly properties: Readonly<Record<string, object>> };
  readonly body?: object;
  /** A body that is taken. */
  readonly example?: unknown;
  /** The successful answer. */
  readonly answer: keyof typeof OPEN_API_SCHEMAS;
  readonly status?: number;
  /** A successful status besides it. */
  readonly otherwise?: number;
  /** Refusals of its own; 401, 500 and 503 are added where they belong. */
  readonly refusals?: readonly number[];
  /** May the caller send `Idempotency-Key` and, where true, `If-Match`? */
  readonly isWrite?: boolean;
  readonly isConditional?: boolean;
}

const WORDS: Readonly<Record<number, string>> = {
  200: 'Done.',
  201: 'Created.',
  202: 'Taken, as far as it says.',
  400: 'The request is not as it should be.',
  401: 'Nobody, or with a token that is not valid.',
  403: 'Not for this caller.',
  404: 'Not there, or not to be known of.',
  409: 'In conflict with what is there, or still in progress.',
  412: 'Another version than If-Match says; the current task is in the answer.',
  413: 'Too large.',
  422: 'The Idempotency-Key was used for another request.',
  500: 'The service failed.',
  503: 'Not at the moment: send the same request again.',
};

const SECURITY = { user: [{ userToken: [] }], service: [{ serviceKey: [] }], anybody: [] } as const;

/** Writes one operation. */
export function operation(parts: OperationParts): Operation {
  const { summary, by = 'user', query, body, example, answer, status = 200, otherwise } = parts;
  const content = { 'application/json': { schema: schemaRef(answer) } };
  const successes = [status, ...(otherwise === undefined ? [] : [otherwise])];
  const parameters = [
    ...Object.entries(query?.properties ?? {}).map(([name, schema]) => ({ name, in: 'query', schema })),
    ...(parts.isWrite === true ? [header('Idempotency-Key', 'makes repetitions harmless; a UUID')] : []),
    ...(parts.isConditional === true ? [header('If-Match', 'only if the task has this version: "3"')] : []),
  ];
  return {
    summary,
    security: SECURITY[by],
    ...(parameters.length > 0 && { parameters }),
    ...(body !== undefined && {
      requestBody: { required: true, content: { 'application/json': { schema: body, example } } },
    }),
    responses: {
      ...Object.fromEntries(successes.map((code) => [code, { description: WORDS[code], content }])),
      ...Object.fromEntries(refusalsOf(parts).map((code) => [code, refusal(code)])),
    },
  };
}

function refusalsOf({ by = 'user', refusals = [], isWrite, isConditional, body }: OperationParts): readonly number[] {
  return [
    ...refusals,
    ...(by === 'anybody' ? [] : [401, 503]),
    ...(body === undefined ? [] : [400, 413]),
    ...(isWrite === true ? [400, 409, 422] : []),
    ...(isConditional === true ? [412] : []),
    500,
  ];
}

function header(name: string, description: string): object {
  return { name, in: 'header', description, schema: { type: 'string' } };
}

function refusal(code: number): object {
  return { description: WORDS[code], content: { 'application/problem+json': { schema: schemaRef('Problem') } } };
}
