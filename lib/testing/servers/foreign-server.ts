import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { createUuid } from '@/lib/protocol';
import { type ServerKind, type TaskBook, type TaskRequest, tokenOf } from './server-kind';
import type { ServerQuirks } from './server-quirks';
import type { SocketServer } from './server-socket';
import type { ServerEvent, ServerTask } from './server-task';
import { SocketSide } from './socket-side';
import { answerPlainly } from './task-answers';

/**
 * A small server of one of the five kinds, over real HTTP and WebSockets on a free port of this machine: the behaviour of
 * its document, and every quirk that is switched on. Needs Node and the optional peer `ws`.
 */
export class ForeignServer implements TaskBook {
  /** May be changed at any time. */
  readonly quirks: ServerQuirks;
  /** The good tokens; while there are none, nobody is asked for one. */
  readonly tokens = new Set<string>();
  /** What was asked over HTTP, oldest first: `GET /tasks/`. */
  readonly requests: string[] = [];
  /** Answers the next request that changes something by this status instead of doing it. */
  readonly refuseNext: number[] = [];
  readonly #tasks = new Map<string, ServerTask>();
  readonly #graves = new Map<string, ServerTask>();
  readonly #side: SocketSide;
  #http: Server | undefined;
  #sockets: SocketServer | undefined;
  #port = 0;
  #count = 0;
  #now = Date.now();

  constructor(
    readonly kind: ServerKind,
    quirks: ServerQuirks,
  ) {
    this.quirks = { ...quirks };
    this.#side = new SocketSide(kind, this.quirks, this.tokens);
  }

  get style() {
    return this.kind.style;
  }

  /** `http://127.0.0.1:<port>`; the port stays the same over restarts. */
  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** How many clients are connected now. */
  get clients(): number {
    return this.#side.clients;
  }

  /** How many handshakes there were. */
  get connects(): number {
    return this.#side.connects;
  }

  /** Begins to listen, at the same port as before where there was one. */
  async start(): Promise<void> {
    const [{ createServer }, { WebSocketServer: Sockets }] = await Promise.all([import('node:http'), import('ws')]);
    const http = createServer((request, response) => void this.#answer(request, response));
    const sockets = new Sockets({ noServer: true });
    http.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      this.#side.upgrade(sockets, request, socket, head);
    });
    await new Promise<void>((resolve, reject) => {
      http.once('error', reject);
      http.listen(this.#port, '127.0.0.1', resolve);
    });
    this.#http = http;
    this.#sockets = sockets;
    this.#port = (http.address() as AddressInfo).port;
  }

  /** Ends; the tasks stay. @param code How the sockets are closed; 1006 and 1005 as nothing can be said. Default 1012. */
  async stop(code = 1012): Promise<void> {
    this.#side.closeAll(code);
    const http = this.#http;
    this.#sockets?.close();
    http?.closeAllConnections();
    await new Promise<void>((resolve) => (http?.listening ? http.close(() => resolve()) : resolve()));
  }

  /** Closes all sockets and goes on. */
  closeAll(code: number): void {
    this.#side.closeAll(code);
  }

  list(): readonly ServerTask[] {
    return [...this.#tasks.values()];
  }

  find(id: string | number): ServerTask | undefined {
    return this.#tasks.get(String(id));
  }

  create(fields: Partial<ServerTask> & { title?: string }): ServerTask {
    const at = this.#tick();
    const blank = { description: null, completed: false, status: 'pending', priority: null, completedAt: null };
    const task = {
      title: 'Untitled',
      owner: 'u1',
      ...blank,
      ...fields,
      id: this.#nextId(),
      createdAt: at,
      updatedAt: at,
    };
    this.#tasks.set(String(task.id), task);
    this.tell({ kind: 'created', task, changed: Object.keys(task) as (keyof ServerTask)[] });
    return task;
  }

  update(id: string | number, fields: Partial<ServerTask>): ServerTask | undefined {
    const before = this.find(id);
    if (before === undefined) return undefined;
    const at = this.#tick();
    const isDone = fields.completed;
    const done =
      isDone === undefined ? {} : { completedAt: isDone ? at : null, status: isDone ? 'completed' : 'pending' };
    const task = { ...before, ...done, ...fields, updatedAt: at };
    const changed = (Object.keys(task) as (keyof ServerTask)[]).filter((field) => task[field] !== before[field]);
    this.#tasks.set(String(task.id), task);
    this.tell({ kind: 'updated', task, changed });
    return task;
  }

  remove(id: string | number): ServerTask | undefined {
    const task = this.find(id);
    if (task === undefined) return undefined;
    this.#tasks.delete(String(id));
    this.#graves.set(String(id), task);
    this.tell({ kind: 'deleted', task, changed: [] });
    return task;
  }

  restore(id: string | number): ServerTask | undefined {
    const grave = this.#graves.get(String(id));
    if (grave === undefined || this.kind.name !== 'real-time-sync') return undefined;
    this.#graves.delete(String(id));
    const task = { ...grave, updatedAt: this.#tick() };
    this.#tasks.set(String(id), task);
    this.tell({ kind: 'restored', task, changed: Object.keys(task) as (keyof ServerTask)[] });
    return task;
  }

  /** Tells all clients of an event, whatever became of the task. */
  tell(event: ServerEvent): void {
    this.#side.tell(event);
  }

  #tick(): number {
    this.#now = Math.max(this.#now + 1, Date.now());
    return this.#now;
  }

  #nextId(): string | number {
    this.#count += 1;
    switch (this.quirks.ids ?? this.kind.ids) {
      case 'number':
        return this.#count;
      case 'numeric string':
        return String(this.#count);
      case 'uuid':
        return createUuid();
      case 'TASK-001':
        return `TASK-${String(this.#count).padStart(3, '0')}`;
    }
  }

  async #answer(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(incoming.url ?? '/', this.url);
    const method = incoming.method ?? 'GET';
    for (const [name, value] of Object.entries(corsHeaders(incoming))) response.setHeader(name, value);
    if (method === 'OPTIONS') {
      response.writeHead(204).end();
      return;
    }
    this.requests.push(`${method} ${url.pathname}`);
    let body = '';
    for await (const chunk of incoming.setEncoding('utf8')) body += chunk;
    const request = { method, path: this.kind.taskPath(url) ?? '', type: incoming.headers['content-type'] ?? '', body };
    const { status, body: said } = await this.#done(request, incoming, url);
    if (method !== 'GET' && this.quirks.eventFirstMs)
      await new Promise((go) => setTimeout(go, this.quirks.eventFirstMs));
    response
      .writeHead(status, { 'content-type': 'application/json' })
      .end(said === undefined ? '' : JSON.stringify(said));
  }

  async #done(request: TaskRequest, incoming: IncomingMessage, url: URL) {
    if (this.kind.taskPath(url) === undefined) return { status: 404, body: { detail: 'Not Found' } };
    const token = tokenOf(incoming, url);
    if (this.tokens.size > 0 && (token === undefined || !this.tokens.has(token))) return { status: 401, body: {} };
    const refusal = request.method === 'GET' ? undefined : this.refuseNext.shift();
    if (refusal !== undefined) return { status: refusal, body: { detail: 'Refused by the test.' } };
    return (await this.kind.answer?.(request, this)) ?? answerPlainly(request, this);
  }
}

/** Any page may ask, as development servers allow. */
function corsHeaders({ headers }: IncomingMessage): Record<string, string> {
  return {
    'access-control-allow-origin': headers.origin ?? '*',
    'access-control-allow-credentials': 'true',
    'access-control-allow-headers': headers['access-control-request-headers'] ?? '*',
    'access-control-allow-methods': 'GET, POST, PUT, PATCH, DELETE',
  };
}
