// @vitest-environment jsdom
import { act, screen } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { useTaskStore } from '@/stores/task-store';
import { button, leaveBoard, remote, renderBoard, shown, store, task } from './board';

afterEach(leaveBoard);

const own = (change: () => Promise<void>) =>
  act(async () => {
    await change();
    useTaskStore.flush();
  });

const notices = () =>
  screen.queryByRole('region', { name: 'Changes that others replaced' })?.querySelectorAll('p').length ?? 0;

describe('what others replaced', () => {
  it('[NT6] is said with both values, and put back in one action', async () => {
    const { user } = renderBoard(task('a'));
    await own(() => store().updateTaskData('a', { title: 'Mine' }));
    remote('task.updated', task('a', { title: 'Theirs', version: 2 }));
    expect(shown()).toEqual(['Theirs']);
    expect(screen.getByText('Somebody changed a title to “Theirs”; yours was “Mine”.')).toBeDefined();
    await user.click(button('Restore mine'));
    expect(shown()).toEqual(['Mine']);
    expect(notices()).toBe(0);
  });

  it('[NT6] is left as it is in one action', async () => {
    const { user } = renderBoard(task('a'));
    await own(() => store().updateTaskData('a', { title: 'Mine' }));
    remote('task.updated', task('a', { title: 'Theirs', version: 2 }));
    await user.click(button('Keep theirs'));
    expect(shown()).toEqual(['Theirs']);
    expect(notices()).toBe(0);
  });

  it('[NT6] counts completing as one fact, though it is two fields', async () => {
    const { user } = renderBoard(task('a'));
    await own(() => store().toggleTask('a'));
    remote('task.updated', task('a', { status: 'in_progress', version: 2 }));
    expect(notices()).toBe(1);
    expect(store().tasks).toMatchObject([{ status: 'in_progress', completed: false }]);
    await user.click(button('Restore mine'));
    expect(notices()).toBe(0);
    expect(store().tasks).toMatchObject([{ status: 'completed', completed: true }]);
  });

  it('[NT6] says that a task was deleted under a change', async () => {
    renderBoard(task('a'));
    await own(() => store().updateTaskData('a', { title: 'Mine' }));
    remote('task.deleted', task('a', { version: 2 }));
    expect(screen.getByText('Somebody deleted a task that you changed.')).toBeDefined();
  });
});
