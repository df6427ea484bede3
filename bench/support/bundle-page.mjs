// @ts-check
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';

const require = createRequire(import.meta.url);

/** One React for the page, whoever asks for it. @param {string} name */
const folderOf = (name) => dirname(require.resolve(`${name}/package.json`));

/**
 * The script of a page with one contender, minified as an application would be: `page.jsx` of a benchmark's folder, in
 * which `contender` is a file of its contenders/. It may stand between script tags.
 * @param {string} folder The benchmark's folder.
 * @param {string} name A file of contenders/.
 * @param {{ countsCommits?: boolean }} [options] `countsCommits`: React's profiling build, which is the production build
 *   that counts commits; default: the production build.
 * @returns {Promise<string>}
 */
export async function bundlePage(folder, name, { countsCommits = false } = {}) {
  const { outputFiles } = await build({
    entryPoints: [join(folder, 'page.jsx')],
    bundle: true,
    write: false,
    minify: true,
    format: 'iife',
    target: 'es2022',
    platform: 'browser',
    jsx: 'automatic',
    alias: {
      contender: join(folder, 'contenders', `${name}.jsx`),
      react: folderOf('react'),
      ...(countsCommits
        ? { 'react-dom/client': require.resolve('react-dom/profiling') }
        : { 'react-dom': folderOf('react-dom') }),
    },
    define: { 'process.env.NODE_ENV': '"production"', 'process.env.NEXT_PUBLIC_WEBSOCKET_URL': 'undefined' },
    logLevel: 'error',
  });
  return outputFiles.map(({ text }) => text.replaceAll('</script', '<\\/script')).join('\n');
}
