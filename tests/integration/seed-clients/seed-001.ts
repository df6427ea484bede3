import { WebSocket } from 'ws';
import type { Row, SeedClient } from './rows';

interface WebSocketMessage {
  readonly type: 'task_update' | 'ping';
  readonly event?: 'task.created' | 'task.updated' | 'task.deleted' | 'task.completed';
  readonly task?: Row;
  readonly timestamp?: string;
}

/** From "Event Message Format" and "Event Handling" of seed 001: the user's id behind the address, the token as a cookie. */
export function connectSeed001(url: string, userId: string, token: string): SeedClient {
  const ws = new WebSocket(`${url}/${userId}`, { headers: { cookie: `token=${token}` } });
  let tasks: Row[] = [];
  const heard: string[] = [];
  ws.onmessage = (event) => {
    const message = JSON.parse(String(event.data)) as WebSocketMessage;
    if (message.type === 'ping') return;
    const { task } = message;
    heard.push(message.event ?? message.type);
    if (task === undefined) return;
    switch (message.event) {
      case 'task.created':
        tasks = [...tasks, task];
        break;
      case 'task.updated':
        tasks = tasks.map((known) => (known.id === task.id ? task : known));
        break;
      case 'task.completed':
        tasks = tasks.map((known) => (known.id === task.id ? { ...known, completed: true } : known));
        break;
      case 'task.deleted':
        tasks = tasks.filter((known) => known.id !== task.id);
    }
  };
  return {
    get tasks() {
      return tasks;
    },
    heard,
    close: () => ws.close(),
  };
}
