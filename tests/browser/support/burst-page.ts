import { build } from 'esbuild';
import { ROOT } from '@/scripts/lib/root.mjs';

/** What the page's script leaves in its window. */
export interface BurstWindow {
  /** How often React has committed a change of anything. */
  commits(): number;
  /** How many rows show something else than they should. */
  missing(expected: Readonly<Record<string, string>>): number;
}

const SCRIPT = `
  import { Profiler } from 'react';
  import { createRoot } from 'react-dom/client';
  import { native, TaskRows, TaskSyncProvider } from '@/components';

  let commits = 0;
  const connector = native({ url: location.origin.replace('http', 'ws'), getToken: async () => 'token' });
  const Row = ({ task }) => <li data-id={task.id}>{task.title}</li>;
  const root = document.getElementById('root');
  createRoot(root).render(
    <Profiler id="page" onRender={() => { commits += 1; }}>
      <TaskSyncProvider connector={connector} userId="u1">
        <ul><TaskRows row={Row} /></ul>
      </TaskSyncProvider>
    </Profiler>,
  );
  Object.assign(window, {
    commits: () => commits,
    missing(expected) {
      const titles = new Map([...root.querySelectorAll('li')].map((row) => [row.dataset.id, row.textContent]));
      return Object.entries(expected).filter(([id, title]) => titles.get(id) !== title).length;
    },
  });
`;

/** The script of a page with the provider and a list of rows, under a React that counts commits. */
export async function buildBurstPage(): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: SCRIPT, resolveDir: ROOT, loader: 'tsx' },
    bundle: true,
    write: false,
    format: 'iife',
    target: 'es2022',
    jsx: 'automatic',
    define: { 'process.env.NODE_ENV': '"development"', 'process.env.NEXT_PUBLIC_WEBSOCKET_URL': 'undefined' },
  });
  return (outputFiles[0]?.text ?? '').replaceAll('</script', '<\\/script');
}
