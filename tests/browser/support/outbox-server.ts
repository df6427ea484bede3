import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { build } from 'esbuild';
import { ROOT } from '@/scripts/lib/root.mjs';

/** A site with one page that holds the library and nothing else. */
export interface OutboxSite {
  readonly url: string;
  stop(): void;
}

/** Bundles `outbox-page.ts` and serves it on a free port. */
export async function startOutboxSite(): Promise<OutboxSite> {
  const { outputFiles } = await build({
    entryPoints: [join(ROOT, 'tests/browser/support/outbox-page.ts')],
    absWorkingDir: ROOT,
    bundle: true,
    format: 'esm',
    write: false,
    define: { 'process.env.NODE_ENV': '"production"', 'process.env.NEXT_PUBLIC_WEBSOCKET_URL': 'undefined' },
  });
  const script = outputFiles[0]?.text ?? '';
  const server = createServer((request, response) => {
    const isScript = request.url === '/page.js';
    response.setHeader('content-type', isScript ? 'text/javascript; charset=utf-8' : 'text/html; charset=utf-8');
    response.end(
      isScript ? script : '<!doctype html><title>Outbox</title><script type="module" src="/page.js"></script>',
    );
  });
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}`,
    stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}
