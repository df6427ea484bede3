// @ts-check
import { native, TaskRows, TaskSyncProvider } from 'taskwire';
import { Row } from '../row';

const connector = native({ url: location.origin.replace('http', 'ws'), getToken: async () => 'token' });

/** The packed library: the provider and `TaskRows`. */
export const App = () => (
  <TaskSyncProvider connector={connector} userId="u1">
    <ul>
      <TaskRows row={/** @type {any} */ (Row)} />
    </ul>
  </TaskSyncProvider>
);
