import { act, cleanup, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { StrictMode } from 'react';
import { TaskBoard } from '@/components/task-list';
import type { Task } from '@/lib/protocol';
import { createLocalPort } from '@/lib/replica';
import { useTaskStore } from '@/stores/task-store';

/** A task as a server would have it; the higher the minute, the higher it stands in the list. */
export function task(id: string, fields: Partial<Task> = {}): Task {
  const at = `2026-11-21T08:${String(id.charCodeAt(0) - 97).padStart(2, '0')}:00.000Z`;
  return {
    id,
    title: `Task ${id}`,
    status: 'pending',
    completed: false,
    createdAt: at,
    updatedAt: at,
    ownerId: 'u1',
    version: 1,
    ...fields,
  };
}

/** Lets a change from elsewhere arrive. */
export function remote(event: 'task.created' | 'task.updated' | 'task.deleted', changed: Task): void {
  act(() => {
    useTaskStore.getState().handleWebSocketMessage({ type: 'task_update', event, task: changed, timestamp: '' });
    useTaskStore.flush();
  });
}

/** Draws the page /tasks over the real store, holding these tasks. */
export function renderBoard(...tasks: readonly Task[]) {
  const view = render(
    <StrictMode>
      <TaskBoard />
    </StrictMode>,
  );
  for (const one of tasks) remote('task.created', one);
  return { ...view, user: userEvent.setup() };
}

/** Takes the page away and empties the store: the next test must not see what this one left. */
export function leaveBoard(): void {
  cleanup();
  useTaskStore.bind(createLocalPort<Task>(() => new Promise(() => {})))();
}

export const store = () => useTaskStore.getState();
export const newTask = () => screen.getByRole<HTMLInputElement>('textbox', { name: 'New task' });
export const titleField = () => screen.getByRole<HTMLInputElement>('textbox', { name: 'Title' });
export const button = (name: string) => screen.getByRole('button', { name });
export const checkbox = (name: string) => screen.getByRole<HTMLInputElement>('checkbox', { name });
export const shown = () => screen.queryAllByRole('listitem').map(({ textContent }) => textContent);
