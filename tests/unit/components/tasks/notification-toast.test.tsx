// @vitest-environment jsdom
import { act, cleanup, render, screen } from '@testing-library/react';
import { Toaster, toast } from 'sonner';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { announceChanges } from '@/components/tasks/announce-changes';
import { showTaskNotification } from '@/components/tasks/notification-toast';
import type { TaskEventName } from '@/lib/protocol';
import { at, bench, CHANNEL, task, wireUpdate } from '@/tests/unit/sync/fixtures';

const texts = () => [...document.querySelectorAll('[data-sonner-toast]')].map((element) => element.textContent);

beforeEach(() => {
  render(<Toaster visibleToasts={9} />);
});

afterEach(async () => {
  act(() => void toast.dismiss());
  cleanup();
});

describe('toasts', () => {
  it.each<[TaskEventName, string]>([
    ['task.created', '“Milk” added'],
    ['task.updated', '“Milk” changed'],
    ['task.completed', '“Milk” completed'],
    ['task.deleted', '“Milk” deleted'],
    ['task.restored', '“Milk” restored'],
    ['task.shared', '“Milk” shared with you'],
  ])('[NT1] says what %s means', async (event, text) => {
    act(() => showTaskNotification(event, { id: 1, title: 'Milk' }));
    expect(await screen.findByText(text)).toBeDefined();
  });

  it('[NT2] never says undefined', async () => {
    act(() => showTaskNotification('task.deleted', { id: 7 }));
    expect(await screen.findByText('A task deleted')).toBeDefined();
    act(() => showTaskNotification('task.deleted', undefined));
    expect(texts().join()).not.toContain('undefined');
  });

  it('[NT2] says nothing of an event that nobody knows', async () => {
    const before = texts().length;
    act(() => showTaskNotification('constructor' as TaskEventName, { id: 1, title: 'Milk' }));
    await act(async () => {});
    expect(texts()).toHaveLength(before);
  });

  it('[NT3] tells of many changes in one turn as one, and of one task once', async () => {
    const { session, connection } = bench();
    const turns: (() => void)[] = [];
    const endTurn = () => turns.splice(0).forEach((end) => void end());
    announceChanges(
      session,
      () => true,
      (callback) => turns.push(callback),
    );
    connection.start([task('a', 1)]);
    const before = texts().length;
    const batch = (seq: number, events: ReturnType<typeof wireUpdate>[]) =>
      connection.hear({ type: 'events', channel: CHANNEL, position: at(seq), events });
    act(() => {
      batch(3, [
        wireUpdate('task.updated', task('a', 2, { title: 'B' }), 2),
        wireUpdate('task.completed', task('a', 3, { title: 'B', completed: true }), 3),
      ]);
      endTurn();
      endTurn();
    });
    expect((await screen.findAllByText(/“B”/)).length).toBe(1);
    act(() => {
      batch(
        9,
        [4, 5, 6, 7, 8, 9].map((seq) => wireUpdate('task.created', task(`t${seq}`, 1), seq)),
      );
      endTurn();
    });
    expect(await screen.findByText('6 tasks changed')).toBeDefined();
    expect(texts().length - before).toBe(2);
  });

  it('[NT1] names the person, unless it is oneself in another tab', async () => {
    const { session, connection } = bench();
    announceChanges(
      session,
      () => true,
      (callback) => queueMicrotask(callback),
    );
    connection.start([]);
    const hear = (seq: number, title: string, actor: { id: string; name: string }) =>
      act(() => {
        const events = [wireUpdate('task.created', task(title, 1, { title }), seq, { actor })];
        connection.hear({ type: 'events', channel: CHANNEL, position: at(seq), events });
      });
    hear(2, 'Hers', { id: 'u2', name: 'Ada' });
    hear(3, 'Mine', { id: 'u1', name: 'Me' });
    expect(await screen.findByText('“Hers” added by Ada')).toBeDefined();
    expect(await screen.findByText('“Mine” added')).toBeDefined();
  });
});
