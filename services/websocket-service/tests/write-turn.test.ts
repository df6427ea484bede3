import { PassThrough } from 'node:stream';
import { describe, expect, it, vi } from 'vitest';
import { WireFrame } from '@/ports/wire-frame';
import { WriteTurn } from '@/ports/write-turn';

describe('a frame', () => {
  it.each([3, 3_000])('[SV158] of %s characters goes on behind as many bytes as were taken', (length) => {
    const text = 'ab'.repeat(length);
    const all = WireFrame.of(text).toBytes();
    for (const taken of [0, 1, 2, all.length - 1]) {
      const wire = new PassThrough();
      WireFrame.of(text).writeTo(wire, undefined, taken);
      expect(wire.read()).toEqual(all.subarray(taken));
    }
  });
});

describe('a turn', () => {
  it('[SV103] ends by itself, as often as somebody has something to write', async () => {
    const turn = new WriteTurn();
    const flush = vi.fn();
    for (const times of [1, 2, 3]) {
      turn.add({ flush });
      expect(flush).toHaveBeenCalledTimes(times - 1);
      await new Promise<void>((resolve) => process.nextTick(resolve));
      expect(flush).toHaveBeenCalledTimes(times);
    }
  });

  it('[SV158] is empty when nobody has anything to write, and not before the last one wrote', () => {
    const turn = new WriteTurn();
    const seen: boolean[] = [turn.isEmpty];
    const writer = { flush: () => void seen.push(turn.isEmpty) };
    turn.add(writer);
    turn.add(writer);
    seen.push(turn.isEmpty);
    turn.end();
    seen.push(turn.isEmpty);
    expect(seen).toEqual([true, false, false, false, true]);
  });
});
