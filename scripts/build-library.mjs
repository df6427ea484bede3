// @ts-check
// `npm run build:library`: what `npm pack` packs. TypeScript writes JavaScript and declarations, tsc-alias turns `@/…` into
// relative paths with endings, so that Node, bundlers and other people's TypeScript find everything.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { packageCommand, ROOT } from './lib/root.mjs';
import { runNode } from './lib/run.mjs';

const CONFIGURATION = ['-p', 'tsconfig.library.json'];

rmSync(join(ROOT, 'dist'), { recursive: true, force: true });
const steps = [
  [packageCommand('typescript', 'tsc'), ...CONFIGURATION],
  [packageCommand('tsc-alias'), ...CONFIGURATION, '--resolve-full-paths'],
];
for (const step of steps) {
  const code = await runNode(step, { cwd: ROOT });
  if (code !== 0) process.exit(code);
}
