import { WebSocket } from 'ws';
import type { Row, SeedClient } from './rows';

interface Message {
  readonly type: string;
  readonly task?: Row;
  readonly task_id?: Row['id'];
  readonly user_id?: string;
}

/** From "Frontend" and "Event Types" of seed 004: `/ws/{user_id}`, the backend's token as the first message. */
export function connectSeed004(host: string, userId: string, token: string): SeedClient {
  const ws = new WebSocket(`ws://${host}/ws/${userId}`);
  let tasks: Row[] = [];
  const heard: string[] = [];
  ws.onopen = () => ws.send(JSON.stringify({ type: 'AUTH', token }));
  ws.onmessage = (event) => {
    const message = JSON.parse(String(event.data)) as Message;
    heard.push(message.type);
    const { task } = message;
    switch (message.type) {
      case 'TASK_CREATED':
        if (task) tasks = [...tasks, task];
        break;
      case 'TASK_UPDATED':
        if (task) tasks = tasks.map((known) => (known.id === task.id ? task : known));
        break;
      case 'TASK_DELETED':
        tasks = tasks.filter((known) => known.id !== message.task_id);
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
