'use client';

import { useEffect, useState } from 'react';

/** Whole seconds until a moment of `performance.now()`, rounded up, never below 1; counts down by itself. */
export function useCountdown(until: number | undefined): number | undefined {
  const [now, setNow] = useState(() => (until === undefined ? 0 : performance.now()));
  useEffect(() => {
    if (until === undefined) return;
    setNow(performance.now());
    const timer = setInterval(() => setNow(performance.now()), 250);
    return () => clearInterval(timer);
  }, [until]);
  return until === undefined ? undefined : Math.max(1, Math.ceil((until - now) / 1000));
}
