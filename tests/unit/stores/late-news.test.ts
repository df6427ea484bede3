import { describe, expect, it } from 'vitest';
import { createTaskStore } from '@/stores/create-task-store';

const row = { id: 1, title: 'Milk', status: 'pending', completed: false, createdAt: '', updatedAt: '', ownerId: 'ada' };

function storeThatHeard(...events: readonly ('created' | 'updated' | 'deleted' | 'restored')[]) {
  const store = createTaskStore();
  for (const event of events) {
    store.getState().handleWebSocketMessage({
      type: 'task_update',
      event: `task.${event}`,
      task: event === 'deleted' ? { id: 1 } : row,
    });
  }
  return store.getState().tasks.length;
}

describe('a store without a session, at a server without versions', () => {
  it('[RP40] late news of a deleted task does not bring it back', () => {
    expect(storeThatHeard('created', 'deleted', 'created')).toBe(0);
    expect(storeThatHeard('created', 'deleted', 'updated')).toBe(0);
  });

  it('[RP40] a restore does', () => {
    expect(storeThatHeard('created', 'deleted', 'restored')).toBe(1);
    expect(storeThatHeard('created', 'deleted', 'restored', 'updated')).toBe(1);
  });
});
