// @vitest-environment jsdom
import { act, fireEvent, screen } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { NOTICE_MS } from '@/components/task-list/notice-bar';
import { button, checkbox, leaveBoard, newTask, remote, renderBoard, shown, task } from './board';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  leaveBoard();
  vi.useRealTimers();
});

const press = (name: string) => {
  button(name).focus();
  fireEvent.click(button(name));
};
/** Deletes a task by its button, and the server confirms it. */
const deleteTask = (id: string) => {
  press(`Delete Task ${id}`);
  remote('task.deleted', task(id, { version: 2 }));
};
const pass = (ms: number) => act(() => vi.advanceTimersByTime(ms));
const isOffered = () => screen.queryByRole('button', { name: 'Undo' }) !== null;

describe('deleting and undoing', () => {
  it('[RX26] takes the task away, says so, and brings it back', () => {
    renderBoard(task('a'), task('b'));
    deleteTask('a');
    expect(shown()).toEqual(['Task b']);
    expect(screen.getByText('Deleted “Task a”').getAttribute('role')).toBe('status');
    press('Undo');
    expect(shown()).toEqual(['Task b', 'Task a']);
    expect(isOffered()).toBe(false);
  });

  it('[RX26] undoes several deletions, the last one first', () => {
    renderBoard(task('a'), task('b'), task('c'));
    deleteTask('a');
    deleteTask('c');
    press('Undo');
    expect(shown()).toEqual(['Task c', 'Task b']);
    press('Undo');
    expect(shown()).toEqual(['Task c', 'Task b', 'Task a']);
  });

  it('[RX26] offers it for ten seconds', () => {
    renderBoard(task('a'));
    deleteTask('a');
    pass(NOTICE_MS - 1);
    expect(isOffered()).toBe(true);
    pass(1);
    expect(isOffered()).toBe(false);
    expect(NOTICE_MS).toBe(10_000);
  });

  it('[RX26] waits while the pointer or the focus is on it', () => {
    renderBoard(task('a'));
    deleteTask('a');
    act(() => button('Undo').focus());
    pass(2 * NOTICE_MS);
    expect(isOffered()).toBe(true);
    fireEvent.mouseEnter(screen.getByText('Deleted “Task a”').parentElement as Element);
    act(() => newTask().focus());
    pass(2 * NOTICE_MS);
    expect(isOffered()).toBe(true);
    fireEvent.mouseLeave(screen.getByText('Deleted “Task a”').parentElement as Element);
    pass(NOTICE_MS);
    expect(isOffered()).toBe(false);
  });

  it('[RX26] counts again for the next one although the focus was on the bar that went', () => {
    renderBoard(task('a'), task('b'));
    deleteTask('a');
    press('Dismiss');
    expect(isOffered()).toBe(false);
    deleteTask('b');
    pass(NOTICE_MS);
    expect(isOffered()).toBe(false);
  });

  it('[RX23] gives the focus to the next row, the one before, or the field for a new task', () => {
    renderBoard(task('a'), task('b'), task('c'));
    deleteTask('b');
    expect(document.activeElement).toBe(checkbox('Complete Task a'));
    deleteTask('a');
    expect(document.activeElement).toBe(checkbox('Complete Task c'));
    deleteTask('c');
    expect(document.activeElement).toBe(newTask());
  });

  it('[RX23] gives the focus to the task that came back', () => {
    renderBoard(task('a'), task('b'));
    deleteTask('a');
    press('Undo');
    expect(document.activeElement).toBe(checkbox('Complete Task a'));
  });
});
