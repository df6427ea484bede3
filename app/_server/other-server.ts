/** The five kinds of servers that this application can be pointed at, besides Taskwire's own service. */
export const SERVER_KINDS = ['sync-service', 'task-update', 'real-time-sync', 'taskmd', 'todo'] as const;

/** Another server that holds the tasks. */
export interface OtherServer {
  readonly kind: (typeof SERVER_KINDS)[number];
  /** `http://` or `https://`, without a slash at its end. */
  readonly baseUrl: string;
  /** Of TaskMD servers: which project. */
  readonly projectId: string;
  /** Whose tasks. */
  readonly userId: string;
  /** Shown to that server; `undefined` where it asks for none. */
  readonly token: string | undefined;
}

/**
 * Reads `TASKWIRE_CONNECTOR="taskmd http://localhost:8080 my-project"`; `null` when it is unset: then the tasks are the
 * service's. `TASKWIRE_USER` says whose tasks they are (default `u1`), `TASKWIRE_TOKEN` is what that server is shown.
 *
 * @throws TypeError that says what is wrong with it and what would be right.
 */
export function readOtherServer(env: Readonly<Record<string, string | undefined>>): OtherServer | null {
  const { TASKWIRE_CONNECTOR, TASKWIRE_USER, TASKWIRE_TOKEN } = env;
  if (!TASKWIRE_CONNECTOR) return null;
  const [kind, address = '', projectId = 'my-project'] = TASKWIRE_CONNECTOR.trim().split(/\s+/);
  const known = SERVER_KINDS.find((each) => each === kind);
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (known === undefined || url === undefined || !/^https?:$/.test(url.protocol)) {
    const form = `one of ${SERVER_KINDS.join(', ')}, then an address that begins with http:// or https://`;
    throw new TypeError(
      `TASKWIRE_CONNECTOR is "${TASKWIRE_CONNECTOR}": set it to ${form}, then, for taskmd, a project.`,
    );
  }
  return {
    kind: known,
    baseUrl: url.href.replace(/\/+$/, ''),
    projectId,
    userId: TASKWIRE_USER || 'u1',
    token: TASKWIRE_TOKEN || undefined,
  };
}
