// @vitest-environment jsdom
import { act, cleanup, render, screen } from '@testing-library/react';
import { Toaster, toast } from 'sonner';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { announceChanges } from '@/components/tasks/announce-changes';
import { type Attention, browserAttention } from '@/components/tasks/attention';
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

  it('[NT1] says nothing of duplicates, of late news, of what changes nothing, and of own echoes', async () => {
    const before = texts().length;
    const { session, connection } = bench();
    announceChanges(
      session,
      () => true,
      (callback) => queueMicrotask(callback),
    );
    connection.start([task('a', 5)]);
    session.submit({ kind: 'update', id: 'm1', taskId: 'a', changes: { title: 'Mine' } });
    const silent = [
      wireUpdate('task.updated', task('a', 5, { title: 'Duplicate' }), 2),
      wireUpdate('task.updated', task('a', 4, { title: 'Late' }), 3),
      wireUpdate('task.deleted', task('unknown', 1), 4),
      wireUpdate('task.updated', task('a', 6, { title: 'Mine' }), 5, { mutationId: 'm1' }),
      wireUpdate('task.updated', task('a', 7, { title: 'Mine' }), 6),
    ];
    await act(async () => {
      for (const [index, news] of silent.entries()) {
        connection.hear({ type: 'events', channel: CHANNEL, position: at(index + 2), events: [news] });
      }
    });
    expect(texts().length - before).toBe(0);
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

/** Tabs of one person that hear the same events; which of them is looked at, the test says. */
class Tabs {
  readonly told = new Set<(from: object, eventIds: readonly string[]) => void>();
  seq = 1;

  open(isHidden: boolean) {
    const tab = { isHidden, show: () => {} };
    const attention: Attention = {
      isHidden: () => tab.isHidden,
      onShow: (listener) => {
        tab.show = () => {
          tab.isHidden = false;
          listener();
        };
        return () => {};
      },
      tell: (eventIds) => {
        for (const hear of this.told) hear(tab, eventIds);
      },
      onTold: (listener) => {
        this.told.add((from, eventIds) => from !== tab && listener(eventIds));
        return () => {};
      },
      close: () => {},
    };
    const { session, connection } = bench();
    let isEnabled = true;
    const turns: (() => void)[] = [];
    const schedule = (end: () => void) => turns.push(end);
    announceChanges(session, () => isEnabled, schedule, attention);
    connection.start([]);
    return {
      show: () => act(() => tab.show()),
      silence: () => {
        isEnabled = false;
      },
      hear: (...titles: readonly string[]) =>
        act(() => {
          const events = titles.map((title) => wireUpdate('task.created', task(title, 1, { title }), this.seq++));
          connection.hear({ type: 'events', channel: CHANNEL, position: at(this.seq), events });
          for (let round = 0; round < 3; round++) for (const end of turns.splice(0)) end();
        }),
    };
  }
}

describe('toasts and the tab that is looked at', () => {
  const fresh = (before: number) => texts().length - before;

  it('[NT11] a hidden tab holds its news until somebody looks at it', async () => {
    const before = texts().length;
    const tab = new Tabs().open(true);
    tab.hear('Held');
    await act(async () => {});
    expect(fresh(before)).toBe(0);
    tab.show();
    expect(await screen.findByText('“Held” added')).toBeDefined();
  });

  it('[NT11] what came while it was hidden is one summary when it is much', async () => {
    const tab = new Tabs().open(true);
    for (const title of ['a', 'b', 'c', 'd', 'e']) tab.hear(title);
    tab.show();
    expect(await screen.findByText('5 tasks changed')).toBeDefined();
  });

  it('[NT11] what another tab of the person has told is not told again, whichever heard it first', async () => {
    const before = texts().length;
    const tabs = new Tabs();
    const [seen, hidden] = [tabs.open(false), tabs.open(true)];
    hidden.hear('First');
    tabs.seq = 1;
    seen.hear('First');
    seen.hear('Second');
    tabs.seq = 2;
    hidden.hear('Second');
    hidden.show();
    await screen.findByText('“Second” added');
    expect(fresh(before)).toBe(2);
  });

  it('[NT11] news held by a tab whose notifications were switched off meanwhile are dropped', async () => {
    const before = texts().length;
    const tab = new Tabs().open(true);
    tab.hear('Held');
    tab.silence();
    tab.show();
    await act(async () => {});
    expect(fresh(before)).toBe(0);
  });

  it('[NT11] tabs tell each other by user and protocol, and by events of the page itself', async () => {
    const [one, other, stranger] = [browserAttention('u1'), browserAttention('u1'), browserAttention('u2')];
    const heard: string[] = [];
    const all = new Promise<void>((resolve) => {
      other.onTold((ids) => {
        heard.push(...ids);
        resolve();
      });
    });
    stranger.onTold(() => heard.push('a stranger heard'));
    let shown = 0;
    one.onShow(() => {
      shown += 1;
    });
    one.tell(['e1']);
    await all;
    document.dispatchEvent(new Event('visibilitychange'));
    for (const each of [one, other, stranger]) each.close();
    document.dispatchEvent(new Event('visibilitychange'));
    expect([heard, shown]).toEqual([['e1'], 1]);
  });
});
