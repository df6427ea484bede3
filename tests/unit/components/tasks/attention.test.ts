// @vitest-environment jsdom
import { expect, it, vi } from 'vitest';
import { browserAttention } from '@/components/tasks/attention';

it('[NT12] whoever listens for a look at the tab hears nothing after the end, and needs no signal for that', () => {
  const add = vi.spyOn(document, 'addEventListener');
  const attention = browserAttention('u1');
  const [first, second] = [vi.fn(), vi.fn()];
  const undo = attention.onShow(first);
  attention.onShow(second);
  document.dispatchEvent(new Event('visibilitychange'));
  undo();
  document.dispatchEvent(new Event('visibilitychange'));
  attention.close();
  document.dispatchEvent(new Event('visibilitychange'));
  expect([first.mock.calls.length, second.mock.calls.length]).toEqual([1, 2]);
  expect(add.mock.calls.map(([, , options]) => options)).toEqual([undefined, undefined]);
  add.mockRestore();
});
