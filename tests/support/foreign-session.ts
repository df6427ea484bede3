import WebSocket from 'ws';
import type { ForeignConnector, Task } from '@/lib/protocol';
import { createUuid } from '@/lib/protocol';
import { viewAll, waitingCount } from '@/lib/replica';
import { createSession, type Session } from '@/lib/sync';
import type { ForeignServer } from '@/lib/testing';
import { browserEnvironment, type ProtocolFault, WebSocketSyncClient } from '@/lib/websocket';

/** Time passes so much faster for the client than for the server: a minute is two seconds. */
export const SPEED = 30;

/** A whole session as a tab has it, over real sockets and requests, in fast motion. */
export function openForeignSession(connector: ForeignConnector, userId = 'u1') {
  const faults: ProtocolFault[] = [];
  const environment = {
    ...browserEnvironment,
    now: () => performance.now() * SPEED,
    setTimer: (ms: number, run: () => void) => browserEnvironment.setTimer(ms / SPEED, run),
  };
  const connection = new WebSocketSyncClient(connector.socketUrl(userId), userId, {
    dialogue: connector.socket,
    getToken: connector.getToken,
    maxRetries: Number.POSITIVE_INFINITY,
    environment: { ...environment, createSocket: (url, protocols) => new WebSocket(url, protocols) as never },
    onProtocolError: (fault) => faults.push(fault),
  });
  const session = createSession({ userId, connector, connection, environment });
  return { session, connection, faults };
}

/** A person's wishes. */
export function wishesOf(session: Session) {
  const update = (taskId: Task['id'], changes: Partial<Task>) =>
    session.submit({ kind: 'update', id: createUuid(), taskId, changes });
  return {
    create(title: string, extra: Partial<Task> = {}): string {
      const taskId = createUuid();
      const now = new Date().toISOString();
      const blank = { status: 'pending', completed: false, createdAt: now, updatedAt: now, ownerId: 'u1' };
      const draft = { ...blank, title, ...extra, id: taskId };
      session.submit({ kind: 'create', id: createUuid(), taskId, task: { title, ...extra }, draft });
      return taskId;
    },
    update,
    complete: (taskId: Task['id'], completed: boolean) =>
      update(taskId, { completed, status: completed ? 'completed' : 'pending' }),
    remove: (taskId: Task['id']) => session.submit({ kind: 'delete', id: createUuid(), taskId }),
    restore: (taskId: Task['id']) => session.submit({ kind: 'restore', id: createUuid(), taskId }),
    find(title: string): Task {
      const task = viewAll(session.replica).find((each) => each.title === title);
      if (task === undefined) throw new Error(`no task "${title}" to be seen`);
      return task;
    },
  };
}

/** What a person sees of a task, in the order of titles. */
export function shownBy(session: Session): readonly object[] {
  const said = ({ id, title, completed, description = null, priority = null }: Task) => {
    return { id: String(id), title, completed, description, priority };
  };
  return viewAll(session.replica).map(said).sort(byTitle);
}

/** The same of a server. */
export function keptBy(server: ForeignServer): readonly object[] {
  const said = ({ id, title, completed, description, priority }: ReturnType<ForeignServer['list']>[number]) => {
    return { id: String(id), title, completed, description, priority };
  };
  return server.list().map(said).sort(byTitle);
}

/** Is everything as the server has it, and nothing under way? */
export function stateOf(session: Session, server: ForeignServer) {
  return {
    state: session.getStatus().state,
    waiting: waitingCount(session.replica),
    shown: shownBy(session),
    kept: keptBy(server),
  };
}

function byTitle(a: { title: string; id: string }, b: { title: string; id: string }): number {
  return a.title < b.title ? -1 : a.title > b.title ? 1 : a.id < b.id ? -1 : 1;
}
