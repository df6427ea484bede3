// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Task } from '@/lib/protocol';
import { leaveBoard, newTask, remote, renderBoard, task } from './board';

const drawn = vi.hoisted(() => [] as string[]);

vi.mock('@/components/task-list/task-title', () => ({
  TaskTitle: ({ task: { id, title } }: { readonly task: Task }) => {
    drawn.push(String(id));
    return <span>{title}</span>;
  },
}));

beforeEach(() => drawn.splice(0));
afterEach(leaveBoard);

describe('the list', () => {
  it('[RX27] draws only the row whose task changed', () => {
    renderBoard(task('a'), task('b'), task('c'));
    drawn.splice(0);
    remote('task.updated', task('b', { title: 'Other', version: 2 }));
    expect([...new Set(drawn)]).toEqual(['b']);
  });

  it('[RX27] draws no row while a new task is typed', async () => {
    const { user } = renderBoard(task('a'), task('b'));
    drawn.splice(0);
    await user.type(newTask(), 'something long');
    expect(drawn).toEqual([]);
  });
});
