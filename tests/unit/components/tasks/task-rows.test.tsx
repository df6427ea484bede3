// @vitest-environment jsdom
import { act, cleanup, render, screen } from '@testing-library/react';
import { Profiler, StrictMode, useLayoutEffect } from 'react';
import { hydrateRoot } from 'react-dom/client';
import { renderToString } from 'react-dom/server';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { TaskRows, type TaskRowsProps } from '@/components/tasks/task-rows';
import type { Task, TaskEventName } from '@/lib/protocol';
import { createLocalPort } from '@/lib/replica';
import { createSeededRandom } from '@/lib/testing';
import { TaskFirstState, useTaskStore } from '@/stores/task-store';
import type { TaskStoreState } from '@/stores/task-store-state';
import type { FirstState } from '@/stores/use-first-or-store';
import { task } from '@/tests/unit/replica/fixtures';

const drawn: string[] = [];

function Row({ task: { id, title } }: { readonly task: Task }) {
  drawn.push(String(id));
  return (
    <li>
      {title}
      <input aria-label={`Note of ${id}`} />
    </li>
  );
}

/** Changes a task between the first rendering of the list and its listening. */
function Early() {
  useLayoutEffect(() => hear('task.updated', 't1', 2, { title: 'New' }), []);
  return null;
}

const List = (props: Omit<TaskRowsProps, 'row'>) => (
  <ul>
    <TaskRows row={Row} {...props} />
  </ul>
);

const hear = (event: TaskEventName, ...changed: Parameters<typeof task>) =>
  useTaskStore.getState().handleWebSocketMessage({ type: 'task_update', event, task: task(...changed) });

const tell = (change: () => void) =>
  act(() => {
    change();
    useTaskStore.flush();
  });

const fill = (count: number) =>
  tell(() => {
    for (let index = 0; index < count; index++) hear('task.created', `t${index}`, 1);
  });

const shown = () => screen.queryAllByRole('listitem').map(({ textContent }) => textContent);

const firstOf = (...tasks: Task[]): FirstState<TaskStoreState> => ({
  state: { ...useTaskStore.getInitialState(), tasks },
  taken: false,
});

afterEach(() => {
  cleanup();
  useTaskStore.bind(createLocalPort<Task>(() => new Promise(() => {})))();
  useTaskStore.flush();
  drawn.length = 0;
});

describe('TaskRows', () => {
  it('[RX36] draws the changed rows alone, all of one telling in one commit', () => {
    fill(100);
    let commits = 0;
    render(
      <Profiler id="list" onRender={() => commits++}>
        <List />
      </Profiler>,
    );
    expect(shown()).toHaveLength(100);
    drawn.length = 0;
    commits = 0;
    tell(() => {
      for (const id of ['t3', 't50', 't99']) hear('task.updated', id, 2, { title: `New ${id}` });
    });
    expect(drawn.sort()).toEqual(['t3', 't50', 't99']);
    expect(commits).toBe(1);
    expect([shown()[3], shown()[50], shown()[99]]).toEqual(['New t3', 'New t50', 'New t99']);
  });

  it('[RX36] draws nothing for a task that is not in it', () => {
    fill(3);
    render(<List ids={['t2', 't0', 'unknown']} />);
    expect(shown()).toEqual(['Task t2', 'Task t0']);
    drawn.length = 0;
    tell(() => hear('task.updated', 't1', 2, { title: 'Other' }));
    expect(drawn).toEqual([]);
    tell(() => hear('task.created', 'unknown', 1));
    expect(shown()).toEqual(['Task t2', 'Task t0', 'Task unknown']);
  });

  it('[RX36] shows what filters let through, in their order', () => {
    fill(3);
    tell(() => hear('task.updated', 't1', 2, { completed: true, status: 'completed' }));
    render(<List filters={{ status: 'completed' }} />);
    expect(shown()).toEqual(['Task t1']);
    tell(() => hear('task.updated', 't2', 2, { completed: true, status: 'completed' }));
    expect(shown()).toEqual(['Task t1', 'Task t2']);
  });

  it('[RX37] leaves what was typed into a row while others come, go and move', () => {
    fill(60);
    const { rerender } = render(<List ids={['t5', 't1', 't2', 't3', 't4']} />);
    const note = screen.getByLabelText<HTMLInputElement>('Note of t2');
    note.value = 'mine';
    drawn.length = 0;
    rerender(<List ids={['t59', 't1', 't2', 't5', ...Array.from({ length: 40 }, (_, index) => `t${index + 10}`)]} />);
    expect(screen.getByLabelText('Note of t2')).toBe(note);
    expect(note.value).toBe('mine');
    expect(drawn).not.toContain('t2');
  });

  it('[RX36] draws each changed row once and shows what is, however bursts, comings and moves are mixed', () => {
    fill(200);
    const random = createSeededRandom(41);
    const pick = (count: number) => Array.from({ length: count }, () => `t${Math.floor(random() * 200)}`);
    const titles = new Map(Array.from({ length: 200 }, (_, index) => [`t${index}`, `Task t${index}`]));
    let ids = [...titles.keys()];
    const { rerender } = render(<List ids={ids} />);
    for (let version = 2; version < 40; version++) {
      const changed = [...new Set(pick(30))];
      const inList = new Set(ids);
      drawn.length = 0;
      tell(() => {
        for (const id of changed) {
          titles.set(id, `${id} at ${version}`);
          hear('task.updated', id, version, { title: `${id} at ${version}` });
        }
      });
      expect(drawn.sort()).toEqual(changed.filter((id) => inList.has(id)).sort());
      if (version % 3 === 0) {
        const moved = new Set(pick(10));
        ids = [...ids.filter((id) => !moved.has(id)), ...moved].slice(version % 2 === 0 ? 5 : 0);
        rerender(<List ids={ids} />);
      }
      // By role a list of this length takes too long.
      const titlesShown = [...document.querySelectorAll('li')].map(({ textContent }) => textContent);
      expect(titlesShown).toEqual(ids.map((id) => titles.get(id)));
    }
  });

  it('[RX36] is right under StrictMode, and what changed before it listened is not missed', () => {
    fill(3);
    render(
      <StrictMode>
        <List />
        <Early />
      </StrictMode>,
    );
    tell(() => hear('task.updated', 't0', 2, { title: 'Changed' }));
    tell(() => hear('task.deleted', 't2', 2));
    expect(shown()).toEqual(['Changed', 'New']);
  });

  it('[RP13] shows nothing of the user before, whose ids it may still hold', () => {
    const bound = createLocalPort<Task>(() => new Promise(() => {}));
    let undo = () => {};
    tell(() => {
      undo = useTaskStore.bind(bound);
      hear('task.created', 'secret', 1);
    });
    render(<List ids={['secret']} />);
    expect(shown()).toEqual(['Task secret']);
    tell(() => undo());
    expect(shown()).toEqual([]);
  });

  it('[RX36] renders on the server and hydrates with what the server had, then goes over to the store', async () => {
    const initial = [task('a', 1), task('b', 1)];
    const page = (first: FirstState<TaskStoreState>) => (
      <TaskFirstState value={first}>
        <List />
      </TaskFirstState>
    );
    const html = renderToString(page(firstOf(...initial)));
    expect(html).toContain('Task a');
    const errors = vi.spyOn(console, 'error');
    const recoverable: unknown[] = [];
    const container = document.body.appendChild(document.createElement('div'));
    container.innerHTML = html;
    const first = firstOf(...initial);
    for (const one of initial) hear('task.created', one.id, 1);
    const root = await act(async () =>
      hydrateRoot(container, page(first), { onRecoverableError: (error) => recoverable.push(error) }),
    );
    expect([recoverable, errors.mock.calls]).toEqual([[], []]);
    expect(shown()).toEqual(['Task a', 'Task b']);
    first.taken = true;
    tell(() => hear('task.updated', 'b', 2, { title: 'From elsewhere' }));
    expect(shown()).toEqual(['Task a', 'From elsewhere']);
    act(() => root.unmount());
    container.remove();
    errors.mockRestore();
  });
});
