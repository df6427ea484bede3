// @vitest-environment jsdom
import { act, cleanup, render, screen } from '@testing-library/react';
import { memo } from 'react';
import { afterEach, describe, expect, it } from 'vitest';
import type { TaskEventName } from '@/lib/protocol';
import { createLocalPort } from '@/lib/replica';
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
