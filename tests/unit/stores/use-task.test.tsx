// @vitest-environment jsdom
import { act, cleanup, render, screen } from '@testing-library/react';
import { memo } from 'react';
import { afterEach, describe, expect, it } from 'vitest';
import type { TaskEventName } from '@/lib/protocol';
import { createLocalPort } from '@/lib/replica';
import { useVisibleTasks } from '@/stores/task-selectors';
import { useTaskStore } from '@/stores/task-store';
import { useTask } from '@/stores/use-task';
import { useTaskIds } from '@/stores/use-task-ids';
import { task } from '@/tests/unit/replica/fixtures';

const drawn: string[] = [];

const Row = memo(function Row({ id }: { readonly id: string }) {
  drawn.push(id);
  return <li>{useTask(id)?.title}</li>;
});

const Chunk = memo(function Chunk({ ids }: { readonly ids: readonly string[] }) {
  drawn.push('chunk');
  return ids.map((id) => <Row id={id} key={id} />);
});

function List() {
  drawn.push('list');
  return (
    <ul>
      {useTaskIds().map((ids, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a chunk is its place
        <Chunk ids={ids} key={index} />
      ))}
    </ul>
  );
}

const hear = (event: TaskEventName, ...changed: Parameters<typeof task>) =>
  act(() => {
    useTaskStore.getState().handleWebSocketMessage({ type: 'task_update', event, task: task(...changed) });
    useTaskStore.flush();
  });

afterEach(() => {
  cleanup();
  useTaskStore.bind(createLocalPort(() => new Promise(() => {})))();
  drawn.length = 0;
});

describe('rows by id', () => {
  it('[RX15] draws one row for one changed task and the list only for comings and goings', () => {
    render(<List />);
    for (const id of ['a', 'b', 'c']) hear('task.created', id, 1);
    drawn.length = 0;
    hear('task.updated', 'b', 2, { title: 'Changed' });
    expect(drawn).toEqual(['b']);
    expect(screen.getByText('Changed')).toBeDefined();
    drawn.length = 0;
    hear('task.deleted', 'b', 3);
    expect(drawn.slice(0, 2)).toEqual(['list', 'chunk']);
    expect(screen.getAllByRole('listitem').map(({ textContent }) => textContent)).toEqual(['Task a', 'Task c']);
  });
});

function Filtered({ search }: { readonly search: string }) {
  drawn.push('filtered');
  return <p>{useTaskIds({ search, status: 'active' }).flat().join(' ')}</p>;
}

function Visible() {
  drawn.push('visible');
  return (
    <p>
      {useVisibleTasks()
        .map(({ title }) => title)
        .join(', ')}
    </p>
  );
}

describe('what the filters let through', () => {
  it('[RX30] is drawn again when its ids come, go or move, and with other filters', () => {
    for (const id of ['b', 'a', 'c']) hear('task.created', id, 1, { title: `Milk ${id}` });
    const { rerender, container } = render(<Filtered search="milk" />);
    expect(container.textContent).toBe('a b c');
    drawn.length = 0;
    hear('task.updated', 'a', 2, { title: 'More milk' });
    hear('task.created', 'd', 1, { title: 'Bread' });
    expect(drawn).toEqual([]);
    hear('task.completed', 'b', 2, { title: 'Milk b', completed: true, status: 'completed' });
    hear('task.updated', 'a', 3, { title: 'Bread too' });
    expect(drawn).toEqual(['filtered', 'filtered']);
    expect(container.textContent).toBe('c');
    rerender(<Filtered search="bread" />);
    expect(container.textContent).toBe('a d');
  });

  it('[RX30] follows the filters of the store and the tasks that they let through', () => {
    for (const id of ['b', 'a']) hear('task.created', id, 1);
    const { container } = render(<Visible />);
    expect(container.textContent).toBe('Task a, Task b');
    act(() => useTaskStore.getState().setSearchQuery('b'));
    expect(container.textContent).toBe('Task b');
    drawn.length = 0;
    hear('task.updated', 'a', 2, { title: 'Other' });
    expect(drawn).toEqual([]);
    hear('task.updated', 'b', 2, { title: 'B as ever' });
    expect(container.textContent).toBe('B as ever');
    act(() => useTaskStore.getState().clearFilters());
    expect(container.textContent).toBe('Other, B as ever');
  });
});
