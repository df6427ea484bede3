// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { onBrowserWake } from '@/lib/websocket/wake-signals';

let hidden = false;

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(document, 'hidden', 'get').mockImplementation(() => hidden);
  hidden = false;
});

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe('wake signals', () => {
  it.each(['focus', 'pageshow', 'online'])('[HB5] hears %s of the window', (name) => {
    const wake = vi.fn();
    const undo = onBrowserWake(wake);
    window.dispatchEvent(new Event(name));
    expect(wake).toHaveBeenCalledTimes(1);
    undo();
    window.dispatchEvent(new Event(name));
    expect(wake).toHaveBeenCalledTimes(1);
  });

  it('[HB5] needs no signal that the document may not know', () => {
    const listen = vi.spyOn(document, 'addEventListener');
    onBrowserWake(() => {})();
    expect(listen.mock.calls.map(([, , options]) => options)).toEqual([undefined, undefined]);
  });

  it('[HB5] hears resume of the document', () => {
    const wake = vi.fn();
    const undo = onBrowserWake(wake);
    document.dispatchEvent(new Event('resume'));
    undo();
    document.dispatchEvent(new Event('resume'));
    expect(wake).toHaveBeenCalledTimes(1);
  });

  it('[HB5] hears that the page became visible, not that it was hidden', () => {
    const wake = vi.fn();
    const undo = onBrowserWake(wake);
    hidden = true;
    document.dispatchEvent(new Event('visibilitychange'));
    expect(wake).toHaveBeenCalledTimes(0);
    hidden = false;
    document.dispatchEvent(new Event('visibilitychange'));
    expect(wake).toHaveBeenCalledTimes(1);
    undo();
  });

  it('[HB5] takes being offline for nothing, because a live socket knows better', () => {
    const wake = vi.fn();
    const undo = onBrowserWake(wake);
    window.dispatchEvent(new Event('offline'));
    window.dispatchEvent(new Event('blur'));
    window.dispatchEvent(new Event('pagehide'));
    expect(wake).not.toHaveBeenCalled();
    undo();
  });

  it('[HB5] hears online in a hidden page', () => {
    const wake = vi.fn();
    const undo = onBrowserWake(wake);
    hidden = true;
    window.dispatchEvent(new Event('online'));
    expect(wake).toHaveBeenCalledTimes(1);
    undo();
  });

  it('[HB5] notices a jump of the wall clock over 30 s, not a smaller one', () => {
    const wake = vi.fn();
    const undo = onBrowserWake(wake);
    vi.advanceTimersByTime(20_000);
    vi.setSystemTime(Date.now() + 25_000);
    vi.advanceTimersByTime(2_000);
    expect(wake).toHaveBeenCalledTimes(0);
    vi.setSystemTime(Date.now() + 31_000);
    vi.advanceTimersByTime(2_000);
    expect(wake).toHaveBeenCalledTimes(1);
    vi.setSystemTime(Date.now() - 3_600_000);
    vi.advanceTimersByTime(10_000);
    expect(wake).toHaveBeenCalledTimes(1);
    undo();
    expect(vi.getTimerCount()).toBe(0);
  });
});
