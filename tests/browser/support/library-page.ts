import { once } from 'node:events';
import { createServer } from 'node:http';
import { build } from 'esbuild';
import { ROOT } from '@/scripts/lib/root.mjs';

/** A site whose pages carry the library and nothing else, as an application without Next would. */
export interface LibrarySite {
  /** `http://127.0.0.1:<port>`; every path is a page. */
  readonly url: string;
  close(): void;
}

const SCRIPT = `
  import { WebSocketSyncClient } from '@/lib/websocket';
  window.openClient = (url, userId, token) => {
    const client = new WebSocketSyncClient(url, userId, {
      wire: 'native',
      channels: ['user:me'],
      getToken: async () => token,
      maxRetries: Infinity,
    });
    const heard = [];
    client.addMessageListener(({ task }) => heard.push(task.title));
    client.connect();
    Object.assign(window, { client, heard });
  };
  addEventListener('pageshow', ({ persisted }) => Object.assign(window, { persisted }));
`;

/** Serves it on a free port. Pages may be kept in the back/forward cache: nothing says `no-store`. */
export async function serveLibrary(): Promise<LibrarySite> {
  const { outputFiles } = await build({
    stdin: { contents: SCRIPT, resolveDir: ROOT, loader: 'ts' },
    bundle: true,
    write: false,
    format: 'iife',
    target: 'es2022',
    define: { 'process.env.NODE_ENV': '"production"', 'process.env.NEXT_PUBLIC_WEBSOCKET_URL': 'undefined' },
  });
  const script = outputFiles[0]?.text ?? '';
  const server = createServer((request, response) => {
    response.setHeader('content-type', 'text/html');
    response.end(`<!doctype html><title>${request.url === '/' ? 'Home' : 'Away'}</title><script>${script}</script>`);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (!address || typeof address === 'string') throw new Error('The site has no port.');
  return {
    url: `http://127.0.0.1:${address.port}`,
    close: () => void server.close().closeAllConnections(),
  };
}
