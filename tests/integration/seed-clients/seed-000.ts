import { WebSocket } from 'ws';
import type { Row, SeedClient } from './rows';

interface Message {
  readonly type: string;
  readonly payload: {
    readonly task?: Row;
    readonly taskId?: Row['id'];
    readonly changes?: Partial<Row>;
    readonly fullTask?: Row;
    readonly updates?: readonly Message[];
    readonly code?: number;
    readonly message?: string;
  };
  readonly timestamp?: string;
}

/** From "Message Types and Payloads" of seed 000. The document tells no address, so this client is given one. */
export function connectSeed000(url: string, token: string): SeedClient {
  const ws = new WebSocket(url, { headers: { authorization: `Bearer ${token}` } });
  let tasks: Row[] = [];
  const heard: string[] = [];

  const apply = ({ type, payload }: Message): void => {
    heard.push(type);
    switch (type) {
      case 'TASK_CREATED':
        if (payload.task) tasks = [...tasks, payload.task];
        break;
      case 'TASK_UPDATED':
        tasks = tasks.map((task) => (task.id === payload.taskId ? { ...task, ...payload.changes } : task));
        break;
      case 'TASK_DELETED':
        tasks = tasks.filter((task) => task.id !== payload.taskId);
        break;
      case 'BATCH_UPDATE':
        for (const update of payload.updates ?? []) apply(update);
        break;
      case 'ERROR':
        heard.push(`${payload.code}: ${payload.message}`);
    }
  };

  ws.onmessage = (event) => {
    const message = JSON.parse(String(event.data)) as Message;
    // "All messages sent over the WebSocket connection MUST adhere to a common JSON structure."
    if (typeof message.payload !== 'object' || typeof message.timestamp !== 'string') heard.push('malformed');
    apply(message);
  };
  return {
    get tasks() {
      return tasks;
    },
    heard,
    close: () => ws.close(),
  };
}
