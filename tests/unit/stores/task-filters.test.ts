import { describe, expect, it } from 'vitest';
import { compareTasks, matchesFilters, NO_FILTERS } from '@/stores/task-filters';
import { task } from '@/tests/unit/replica/fixtures';

describe('filters', () => {
  it.each([
    ['everything', NO_FILTERS, true],
    ['another status', { ...NO_FILTERS, status: 'completed' as const }, false],
    ['the status', { ...NO_FILTERS, status: 'active' as const }, true],
    ['the priority', { ...NO_FILTERS, priority: 'high' as const }, true],
    ['another priority', { ...NO_FILTERS, priority: 'low' as const }, false],
    ['words of title and description in any order and case', { ...NO_FILTERS, search: 'OAT  buy' }, true],
    ['a word that is missing', { ...NO_FILTERS, search: 'buy bread' }, false],
  ])('[RP16] %s', (_, filters, matches) => {
    expect(matchesFilters(task('a', 1, { title: 'Buy milk', description: 'oat', priority: 'high' }), filters)).toBe(
      matches,
    );
  });

  it('[RP16] sorts open before done, newest first, then by id', () => {
    const tasks = [
      task('done', 1, { completed: true }),
      task('b', 1),
      task('a', 1),
      task('new', 1, { createdAt: '2026-02-01T00:00:00.000Z' }),
    ];
    expect(tasks.sort(compareTasks).map(({ id }) => id)).toEqual(['new', 'a', 'b', 'done']);
  });
});
