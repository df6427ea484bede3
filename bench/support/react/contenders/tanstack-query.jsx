// @ts-check
import { notifyManager, QueryClient, QueryClientProvider, useQuery } from '@tanstack/react-query';
import { memo } from 'react';
import { isNews } from '../../store/contender.mjs';
import { drawRow } from '../rows';

// By default it waits for a timer.
notifyManager.setScheduler(queueMicrotask);
const client = new QueryClient({
  defaultOptions: { queries: { staleTime: Number.POSITIVE_INFINITY, gcTime: Number.POSITIVE_INFINITY } },
});

const IDS = ['task-ids'];
/** @param {string} id */
const keyOf = (id) => ['task', id];

const Row = memo((/** @type {{ id: string }} */ { id }) => {
  const { data } = useQuery({ queryKey: keyOf(id), enabled: false });
  return data === undefined ? null : drawRow(/** @type {any} */ (data));
});

function Rows() {
  const { data } = useQuery({ queryKey: IDS, enabled: false });
  return /** @type {string[]} */ (data ?? []).map((id) => <Row id={id} key={id} />);
}

/** TanStack Query: a key per row. @type {import('../rows').Contender} */
export const contender = {
  load(tasks) {
    for (const task of tasks) client.setQueryData(keyOf(task.id), task);
    client.setQueryData(
      IDS,
      tasks.map(({ id }) => id),
    );
  },
  deliver(messages) {
    notifyManager.batch(() => {
      for (const { task } of messages) {
        const known = /** @type {import('../rows').BenchTask | undefined} */ (client.getQueryData(keyOf(task.id)));
        if (isNews(known?.version, task)) client.setQueryData(keyOf(task.id), task);
      }
    });
  },
  List: () => (
    <QueryClientProvider client={client}>
      <Rows />
    </QueryClientProvider>
  ),
};
