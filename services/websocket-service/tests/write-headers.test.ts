import { describe, expect, it } from 'vitest';
import { idempotencyKeyOf, versionConditionOf } from '@/http/write-headers';

describe('If-Match', () => {
  it.each([
    [undefined, undefined],
    ['"3"', [3]],
    ['3', [3]],
    [' W/"3" ', [3]],
    ['"1", "2",3', [1, 2, 3]],
    ['*', 'any'],
  ])('[SV6] %s accepts %j', (header, expected) => {
    expect(versionConditionOf(header === undefined ? {} : { 'if-match': header })).toEqual(expected);
  });

  it.each([['""'], ['abc'], ['"3'], ['-1'], ['1.5'], [''], ['"1",'], ['* '.repeat(2)], ['9'.repeat(30)]])(
    '[SV6] %s is refused',
    (header) => {
      expect(() => versionConditionOf({ 'if-match': header })).toThrow(/If-Match holds a task version/);
    },
  );
});

describe('Idempotency-Key', () => {
  it.each([
    [undefined, undefined],
    ['abc', 'abc'],
    ['"abc"', 'abc'],
    ['x'.repeat(200), 'x'.repeat(200)],
  ])('[SV4] %s is read as %s', (header, expected) => {
    expect(idempotencyKeyOf(header === undefined ? {} : { 'idempotency-key': header })).toBe(expected);
  });

  it.each([[''], ['""'], ['a b'], ['ä'], ['x'.repeat(201)]])('[SV4] %j is refused', (header) => {
    expect(() => idempotencyKeyOf({ 'idempotency-key': header })).toThrow(/1 to 200 visible/);
  });
});
