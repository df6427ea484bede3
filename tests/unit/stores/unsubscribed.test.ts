import { describe, expect, it } from 'vitest';
import { createLocalPort, createNotices } from '@/lib/replica';
import { KeyedListeners } from '@/stores/keyed-listeners';

describe('a listener that was taken off while others are told', () => {
  it('[RP50] is not called any more', () => {
    const calls: string[] = [];
    const rows = new KeyedListeners();
    rows.add('a', () => {
      calls.push('first');
      undo();
    });
    const undo = rows.add('a', () => calls.push('second'));
    rows.emit('a');
    expect(calls).toEqual(['first']);
  });

  it('[RP50] is not called any more by the port of a page that has no session yet', () => {
    const calls: string[] = [];
    const port = createLocalPort(() => new Promise<never>(() => {}));
    port.onPatch(() => {
      calls.push('first');
      undo();
    });
    const undo = port.onPatch(() => calls.push('second'));
    port.submit({ kind: 'delete', id: 'm1', taskId: 'a' });
    expect(calls).toEqual(['first']);
  });

  it('[RP50] is not called any more with facts', () => {
    const calls: string[] = [];
    const notices = createNotices();
    notices.subscribe(() => {
      calls.push('first');
      undo();
    });
    const undo = notices.subscribe(() => calls.push('second'));
    notices.setDevice({ keeps: 'opening' });
    expect(calls).toEqual(['first']);
  });
});
