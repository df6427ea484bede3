import { setImmediate as nextPhase } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createThreadCalls } from '@/storage/thread-calls';
import type { Call } from '@/storage/thread-messages';

function createBench() {
  const turns: (readonly string[])[] = [];
  const sent: Call[] = [];
  const calls = createThreadCalls((turn) => {
    sent.push(...turn);
    turns.push(turn.map(([, method]) => method));
  });
  const answerAll = (): void => {
    for (const [id] of sent.splice(0)) calls.answer(id, id);
  };
  return { calls, turns, answerAll };
}

/** The rest of a callback's turn: what it settled, and what it put off to its end. */
const callbackEnds = () => new Promise<void>((resolve) => process.nextTick(resolve));

describe('calls to the storage’s thread', () => {
  it('[LG38] leave at the end of their callback when they are alone, those beside them with those of all sockets', async () => {
    const { calls, turns, answerAll } = createBench();
    const lone = calls.call('lone', []);
    expect(turns).toEqual([]);
    await callbackEnds();
    expect(turns).toEqual([['lone']]);
    void calls.call('second', []);
    await callbackEnds();
    void calls.call('third', []);
    await callbackEnds();
    expect(turns).toHaveLength(1);
    await nextPhase();
    expect(turns).toEqual([['lone'], ['second', 'third']]);
    answerAll();
    expect(await lone).toBe(1);
  });

  it('[LG38] of one callback leave together, and the first after many waits for the others that came back with it', async () => {
    const { calls, turns, answerAll } = createBench();
    void calls.call('a', []);
    void calls.call('b', []);
    await callbackEnds();
    expect(turns).toEqual([['a', 'b']]);
    answerAll();
    void calls.call('a', []);
    await callbackEnds();
    void calls.call('b', []);
    expect(turns).toHaveLength(1);
    await nextPhase();
    expect(turns.slice(1)).toEqual([['a', 'b']]);
    answerAll();
    void calls.call('c', []);
    await nextPhase();
    answerAll();
    void calls.call('d', []);
    await callbackEnds();
    expect(turns.slice(2)).toEqual([['c'], ['d']]);
  });

  it('[LG38] that wait, and those that come later, are refused with 503 once it has ended', async () => {
    const { calls, turns } = createBench();
    const waiting = calls.call('a', []);
    calls.end();
    await expect(waiting).rejects.toMatchObject({ status: 503 });
    await expect(calls.call('b', [])).rejects.toMatchObject({ status: 503 });
    await nextPhase();
    expect(turns).toEqual([]);
  });
});
