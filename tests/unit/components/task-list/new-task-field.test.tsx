// @vitest-environment jsdom
import { screen } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { leaveBoard, newTask, renderBoard, shown, store } from './board';

afterEach(leaveBoard);

describe('the field for a new task', () => {
  it('[RX20] adds on Enter, empties itself and keeps the cursor', async () => {
    const { user } = renderBoard();
    await user.type(newTask(), 'Water the plants{Enter}');
    expect(shown()).toEqual(['Water the plants']);
    expect(newTask().value).toBe('');
    expect(document.activeElement).toBe(newTask());
    await user.keyboard('And the neighbours{Enter}');
    expect(shown()).toHaveLength(2);
  });

  it('[RX20] adds with its button too, and trims', async () => {
    const { user } = renderBoard();
    await user.type(newTask(), '  Pay the printer ');
    await user.click(screen.getByRole('button', { name: 'Add' }));
    expect(store().tasks.map(({ title }) => title)).toEqual(['Pay the printer']);
    expect(document.activeElement).toBe(newTask());
  });

  it('[RX20] refuses an empty title in words that go with the next key', async () => {
    const { user } = renderBoard();
    await user.type(newTask(), '   {Enter}');
    expect(screen.getByRole('alert').textContent).toContain('needs a title');
    expect(newTask().getAttribute('aria-invalid')).toBe('true');
    expect(store().tasks).toEqual([]);
    await user.type(newTask(), 'x');
    expect(screen.queryByRole('alert')).toBeNull();
  });
});
