import { stringify } from 'yaml';

/** Writes a task as a markdown document: the fields as YAML front matter, then the body. Fields without a value are left out. */
export function writeDocument(fields: Readonly<Record<string, unknown>>, body: unknown): string {
  const said = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined && value !== null));
  return `---\n${stringify(said)}---\n\n${typeof body === 'string' ? body : ''}`;
}
