import { isRecord, type Task } from '@/lib/protocol';

/** Are two JSON values equal? Objects by their fields in any order, arrays by their items in order. */
export function sameValue(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object') return false;
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, index) => sameValue(item, b[index]));
  }
  return isRecord(a) && isRecord(b) && holds(a, b) && holds(b, a);
}

/** Do two states of a task say the same to a person? Version and times that follow from the rest don't count. */
export function sameContent(a: Task | undefined, b: Task | undefined): boolean {
  if (a === b) return true;
  return a !== undefined && b !== undefined && holds(b, a, isBookkeeping) && holds(a, b, isBookkeeping);
}

/** Does `whole` have every field of `part` with the same value? */
function holds(whole: object, part: object, isIgnored: (field: string) => boolean = () => false): boolean {
  for (const field in part) {
    if (!Object.hasOwn(part, field) || isIgnored(field)) continue;
    if (!Object.hasOwn(whole, field) || !sameValue(Reflect.get(whole, field), Reflect.get(part, field))) return false;
  }
  return true;
}

function isBookkeeping(field: string): boolean {
  return field === 'version' || field === 'updatedAt' || field === 'completedAt';
}
