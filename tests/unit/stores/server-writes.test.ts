import { afterEach, describe, expect, it, vi } from 'vitest';
import { task } from '@/tests/unit/replica/fixtures';

afterEach(() => {
  vi.unstubAllEnvs();
  vi.resetModules();
});

describe('the task store on a server', () => {
  it('[RX12] refuses every write while a page is rendered, and says what to do instead', async () => {
    vi.stubEnv('NEXT_RUNTIME', 'nodejs');
    vi.resetModules();
    const { createTaskStore } = await import('@/stores/create-task-store');
    const { addTask, fetchTasks, handleWebSocketMessage, dismissReceipt, restoreMine } = createTaskStore().getState();
    const refusal = /rendering on the server.*`initial` prop/s;
    await expect(addTask({ title: 'Mine' })).rejects.toThrow(refusal);
    await expect(fetchTasks()).rejects.toThrow(refusal);
    expect(() => restoreMine('a')).toThrow(refusal);
    expect(() => dismissReceipt('a')).toThrow(refusal);
    const message = { type: 'task_update', event: 'task.created', task: task('a', 1) } as const;
    expect(() => handleWebSocketMessage(message)).toThrow(refusal);
  });
});
