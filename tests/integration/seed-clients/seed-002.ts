import { type MessageEvent, WebSocket } from 'ws';
import type { Row, SeedClient } from './rows';

interface Update {
  readonly type: string;
  readonly action: string;
  readonly task_id: Row['id'];
  readonly data: Row;
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** "Example Client Code" of seed 002: its address, its subscription, its reconnection left out. */
class TaskSyncClient {
  private ws: WebSocket | undefined;

  constructor(
    private readonly host: string,
    private readonly userId: string,
    private readonly token: string,
    private readonly onTaskUpdate: (message: Update) => void,
  ) {}

  connect(): void {
    const wsUrl = `ws://${this.host}/ws?userId=${this.userId}&token=${this.token}`;
    this.ws = new WebSocket(wsUrl);
    this.ws.onopen = () => this.subscribeToAllTasks();
    this.ws.onmessage = (event: MessageEvent) => this.onTaskUpdate(JSON.parse(String(event.data)) as Update);
  }

  subscribeToAllTasks(): void {
    if (this.ws?.readyState === WebSocket.OPEN) this.ws.send(JSON.stringify({ type: 'subscribe', all: true }));
  }

  disconnect(): void {
    this.ws?.close();
  }
}

/** That client with a list behind it. */
export function connectSeed002(host: string, userId: string, token: string): SeedClient {
  let tasks: Row[] = [];
  const heard: string[] = [];
  const client = new TaskSyncClient(host, userId, token, (message) => {
    heard.push(message.action);
    switch (message.action) {
      case 'task_created':
      case 'task_restored':
        tasks = [...tasks, message.data];
        break;
      case 'task_updated':
      case 'task_status_changed':
        tasks = tasks.map((task) => (task.id === message.task_id ? { ...task, ...message.data } : task));
        break;
      case 'task_deleted':
        tasks = tasks.filter((task) => task.id !== message.task_id);
    }
  });
  client.connect();
  return {
    get tasks() {
      return tasks;
    },
    heard,
    close: () => client.disconnect(),
  };
}
