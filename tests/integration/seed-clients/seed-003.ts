import { WebSocket } from 'ws';
import type { Row, SeedClient } from './rows';

interface Message {
  readonly type: string;
  readonly project_id: string;
  readonly task_id: Row['id'];
  readonly data: Row;
}

/** "React Integration Example" of seed 003 without React; "JWT tokens can be passed via query parameters or cookies". */
export function connectSeed003(host: string, projectId: string, token: string): SeedClient {
  const ws = new WebSocket(`ws://${host}/api/v1/projects/${projectId}/ws?token=${token}`);
  let tasks: Row[] = [];
  const heard: string[] = [];
  ws.onmessage = (event) => {
    const message = JSON.parse(String(event.data)) as Message;
    heard.push(message.type);
    switch (message.type) {
      case 'task.created':
        tasks = [...tasks, message.data];
        break;
      case 'task.updated':
        tasks = tasks.map((task) => (task.id === message.task_id ? message.data : task));
        break;
      case 'task.deleted':
        tasks = tasks.filter((task) => task.id !== message.task_id);
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
