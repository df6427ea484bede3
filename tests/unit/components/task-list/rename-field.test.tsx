// @vitest-environment jsdom
import { fireEvent, screen } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import type { Task } from '@/lib/protocol';
import { button, leaveBoard, newTask, remote, renderBoard, shown, store, task, titleField } from './board';

afterEach(leaveBoard);

const titles = () => store().tasks.map(({ title }) => title);

async function rename(...tasks: readonly Task[]) {
  const view = renderBoard(...tasks);
  button(`Rename ${tasks[0]?.title}`).focus();
  await view.user.keyboard('{Enter}');
  return view;
}

describe('renaming in place', () => {
  it('[RX22] opens with the title selected, saves on Enter and gives the focus back', async () => {
    const { user } = await rename(task('a'));
    expect(document.activeElement).toBe(titleField());
    expect(titleField().selectionEnd).toBe('Task a'.length);
    await user.keyboard('Better{Enter}');
    expect(titles()).toEqual(['Better']);
    expect(document.activeElement).toBe(button('Rename Better'));
  });

  it('[RX22] leaves everything as it was on Escape', async () => {
    const { user } = await rename(task('a'));
    await user.keyboard('Other{Escape}');
    expect(titles()).toEqual(['Task a']);
    expect(document.activeElement).toBe(button('Rename Task a'));
  });

  it('[RX22] saves when the person goes elsewhere', async () => {
    const { user } = await rename(task('a'));
    await user.keyboard('Better');
    await user.click(newTask());
    expect(titles()).toEqual(['Better']);
    expect(document.activeElement).toBe(newTask());
  });

  it('[RX22] goes on when only the window lost the focus', async () => {
    const { user } = await rename(task('a'));
    await user.keyboard('Half');
    fireEvent.blur(titleField());
    expect(titleField().value).toBe('Half');
    expect(titles()).toEqual(['Task a']);
  });

  it('[RX22] makes no change of a title that is the same', async () => {
    const { user } = await rename(task('a'));
    await user.keyboard('Task a {Enter}');
    expect(store().waiting).toBe(0);
  });

  it('[RX22] leaves the Enter of an input method alone', async () => {
    await rename(task('a'));
    fireEvent.change(titleField(), { target: { value: 'かんじ' } });
    fireEvent.keyDown(titleField(), { key: 'Enter', isComposing: true });
    expect(titleField().value).toBe('かんじ');
    expect(titles()).toEqual(['Task a']);
  });

  it('[RX22] says what is missing when the title is empty, and keeps the old one on leaving', async () => {
    const { user } = await rename(task('a'));
    await user.clear(titleField());
    await user.keyboard('{Enter}');
    expect(titleField().getAttribute('aria-invalid')).toBe('true');
    expect(screen.getByText(/needs a title/).id).toBe(titleField().getAttribute('aria-describedby'));
    await user.click(newTask());
    expect(titles()).toEqual(['Task a']);
  });

  it('[RX24] keeps what is being typed when the title changes elsewhere, and says so', async () => {
    const { user } = await rename(task('a'));
    await user.keyboard('Mine');
    remote('task.updated', task('a', { title: 'Theirs', version: 2 }));
    expect(titleField().value).toBe('Mine');
    expect(screen.getByText(/Changed elsewhere to “Theirs”/)).toBeTruthy();
    await user.keyboard('{Escape}');
    expect(titles()).toEqual(['Theirs']);
  });

  it('[RX24] lets the person win on Enter', async () => {
    const { user } = await rename(task('a'));
    await user.keyboard('Mine');
    remote('task.updated', task('a', { title: 'Theirs', version: 2 }));
    await user.keyboard('{Enter}');
    expect(titles()).toEqual(['Mine']);
  });

  it('[RX24] follows the task while nothing was typed', async () => {
    const { user } = await rename(task('a'));
    remote('task.updated', task('a', { title: 'Theirs', version: 2 }));
    expect(titleField().value).toBe('Theirs');
    await user.keyboard('{Enter}');
    expect(store().waiting).toBe(0);
  });

  it('[RX24] keeps the row that is being renamed although the filters would hide it', async () => {
    const { user } = renderBoard(task('a'), task('b'));
    await user.click(screen.getByRole('radio', { name: 'Active' }));
    await user.click(button('Rename Task a'));
    await user.keyboard('Mine');
    remote('task.updated', task('a', { completed: true, status: 'completed', version: 2 }));
    expect(titleField().value).toBe('Mine');
    await user.keyboard('{Escape}');
    expect(shown()).toEqual(['Task b']);
  });

  it('[RX25] offers what was typed as a new task when the task was deleted elsewhere', async () => {
    const { user } = await rename(task('a'));
    await user.keyboard('My words');
    remote('task.deleted', task('a', { version: 2 }));
    expect(screen.getByText(/“Task a” was deleted elsewhere while you were typing “My words”/)).toBeTruthy();
    expect(document.activeElement).toBe(newTask());
    await user.click(button('Add as new task'));
    expect(titles()).toEqual(['My words']);
    expect(screen.queryByText(/deleted elsewhere/)).toBeNull();
  });

  it('[RX25] says nothing when nothing was typed', async () => {
    await rename(task('a'));
    remote('task.deleted', task('a', { version: 2 }));
    expect(screen.queryByText(/deleted elsewhere/)).toBeNull();
  });
});
