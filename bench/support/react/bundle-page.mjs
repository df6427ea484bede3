// @ts-check
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const FOLDER = dirname(fileURLToPath(import.meta.url));
const require = createRequire(import.meta.url);

/** One React for the page, whoever asks for it. @param {string} name */
const folderOf = (name) => dirname(require.resolve(`${name}/package.json`));

/**
 * The script of a page with one contender's list: production React, minified as an application would be.
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
      react: folderOf('react'),
      'react-dom': folderOf('react-dom'),
    },
    define: { 'process.env.NODE_ENV': '"production"', 'process.env.NEXT_PUBLIC_WEBSOCKET_URL': 'undefined' },
    logLevel: 'error',
  });
  return outputFiles.map(({ text }) => text).join('\n');
}
