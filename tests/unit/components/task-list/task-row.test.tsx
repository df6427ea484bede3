// @vitest-environment jsdom
import { screen, within } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { button, checkbox, leaveBoard, remote, renderBoard, shown, store, task } from './board';

afterEach(leaveBoard);

describe('a row', () => {
  it('[RX21] is one list item whose text is the title and nothing else', () => {
    renderBoard(task('a', { title: 'Pay', priority: 'high' }), task('b', { title: 'Read', completed: true }));
    expect(shown()).toEqual(['Pay', 'Read']);
  });

  it('[RX21] names its controls by the title', () => {
    renderBoard(task('a', { title: 'Pay' }));
    const row = within(screen.getByRole('listitem'));
    expect(row.getByRole('checkbox').getAttribute('aria-label')).toBe('Complete Pay');
    expect(row.getAllByRole('button').map((one) => one.getAttribute('aria-label'))).toEqual([
      'Rename Pay',
      'Delete Pay',
    ]);
    expect(row.getByRole('combobox', { name: 'Priority of Pay' })).toBeTruthy();
  });

  it('completes and reopens with the space bar and keeps the focus while the row moves', async () => {
    const { user } = renderBoard(task('a'), task('b'), task('c'));
    checkbox('Complete Task b').focus();
    await user.keyboard(' ');
    expect(shown()).toEqual(['Task c', 'Task a', 'Task b']);
    expect(document.activeElement).toBe(checkbox('Complete Task b'));
    await user.keyboard(' ');
    expect(shown()).toEqual(['Task c', 'Task b', 'Task a']);
    expect(store().tasks.every(({ completed }) => !completed)).toBe(true);
  });

  it('[RX23] gives the focus to the next row when completing hides this one', async () => {
    const { user } = renderBoard(task('a'), task('b'), task('c'));
    await user.click(screen.getByRole('radio', { name: 'Active' }));
    checkbox('Complete Task b').focus();
    await user.keyboard(' ');
    expect(shown()).toEqual(['Task c', 'Task a']);
    expect(document.activeElement).toBe(checkbox('Complete Task a'));
  });

  it('sets and clears the priority', async () => {
    const { user } = renderBoard(task('a'));
    const select = screen.getByRole('combobox', { name: 'Priority of Task a' });
    await user.selectOptions(select, 'urgent');
    expect(store().tasks[0]?.priority).toBe('urgent');
    await user.selectOptions(select, '');
    expect(store().tasks[0]?.priority).toBeNull();
  });

  it('shows a priority that only a foreign server knows', () => {
    renderBoard(task('a', { priority: 'whenever' }));
    const select = screen.getByRole<HTMLSelectElement>('combobox', { name: 'Priority of Task a' });
    expect(select.value).toBe('whenever');
    expect(select.selectedOptions[0]?.label).toBe('whenever');
  });

  it('shows what comes from elsewhere', () => {
    renderBoard(task('a'));
    remote('task.updated', task('a', { title: 'Renamed', version: 2 }));
    expect(shown()).toEqual(['Renamed']);
    expect(button('Delete Renamed')).toBeTruthy();
  });
});
