// @ts-check
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const FOLDER = dirname(fileURLToPath(import.meta.url));
const require = createRequire(import.meta.url);

/**
 * The script of a page with one contender: React's profiling build, which is the production build that counts commits.
 * @param {string} name A file of contenders/.
 * @returns {Promise<string>}
 */
export async function bundlePage(name) {
  const { outputFiles } = await build({
    entryPoints: [join(FOLDER, 'page.jsx')],
    bundle: true,
    write: false,
    minify: true,
    format: 'iife',
    target: 'es2022',
    platform: 'browser',
    jsx: 'automatic',
    alias: {
      contender: join(FOLDER, 'contenders', `${name}.jsx`),
      'react-dom/client': require.resolve('react-dom/profiling'),
      react: dirname(require.resolve('react/package.json')),
    },
    define: { 'process.env.NODE_ENV': '"production"', 'process.env.NEXT_PUBLIC_WEBSOCKET_URL': 'undefined' },
    logLevel: 'error',
  });
  // The page holds it between tags.
  return outputFiles.map(({ text }) => text.replaceAll('</script', '<\\/script')).join('\n');
}
