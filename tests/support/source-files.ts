import { existsSync, readdirSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { ROOT } from '@/scripts/lib/root.mjs';

/** The TypeScript files under some folders of the repository, as paths from its root with forward slashes, sorted. */
export function listSourceFiles(...folders: readonly string[]): string[] {
  return folders
    .map((folder) => join(ROOT, folder))
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)))
    .map((path) => relative(ROOT, path).split(sep).join('/'))
    .filter((path) => /\.tsx?$/.test(path) && !/(^|\/)(node_modules|dist)\//.test(path))
    .sort();
}
