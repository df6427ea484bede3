import { createHash } from 'node:crypto';
import { isPosition, isRecord, type Position } from '@/lib/protocol';
import { Problem } from '@/ports/problem';

/** Which tasks a list is about. */
export interface ListFilter {
  readonly status?: string;
  readonly search?: string;
  readonly projectId?: string;
}

/** Where a list goes on, and what its first page read. */
export interface ListCursor {
  /** The last id of the page before. */
  readonly after: string;
  readonly positions: Readonly<Record<string, Position>>;
}

/** Writes a cursor; it is good for the same reader and the same filter only. */
export function encodeCursor(cursor: ListCursor, reader: string, filter: ListFilter): string {
  return Buffer.from(JSON.stringify({ ...cursor, of: ownerOf(reader, filter) })).toString('base64url');
}

/**
 * Reads a cursor.
 *
 * @throws Problem 400 when it is damaged, or belongs to another reader or filter.
 */
export function decodeCursor(text: string, reader: string, filter: ListFilter): ListCursor {
  const value = parsed(text);
  if (!isRecord(value) || typeof value.after !== 'string' || !isRecord(value.positions)) throw unusable();
  const positions = Object.entries(value.positions);
  if (value.of !== ownerOf(reader, filter) || !positions.every(([, position]) => isPosition(position))) {
    throw unusable();
  }
  return { after: value.after, positions: value.positions as Record<string, Position> };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString());
  } catch {
    return undefined;
  }
}

function ownerOf(reader: string, { status, search, projectId }: ListFilter): string {
  return createHash('sha256')
    .update(JSON.stringify([reader, status, search, projectId]))
    .digest('base64url')
    .slice(0, 16);
}

function unusable(): Problem {
  return new Problem(
    400,
    'The cursor is not of this list: start again without a cursor, or keep the filters of its first page.',
  );
}
