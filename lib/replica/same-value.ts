import { isRecord, type Task } from '@/lib/protocol';

/** Are two JSON values equal? Objects by their fields in any order, arrays by their items in order. */
export function sameValue(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, index) => sameValue(item, b[index]));
  }
  if (!isRecord(a) || !isRecord(b)) return false;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && sameValue(a[key], b[key]))
  );
}

/** Do two states of a task say the same to a person? Version and time of change don't count. */
export function sameContent(a: Task | undefined, b: Task | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  const neutral = { version: undefined, updatedAt: '' };
  return sameValue({ ...a, ...neutral }, { ...b, ...neutral });
}
