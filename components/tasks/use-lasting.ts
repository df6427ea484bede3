'use client';

import { useEffect, useState } from 'react';

/** True once something has been so for a while, false at once when it is not: what passes quickly is not worth a word. */
export function useLasting(isSo: boolean, ms: number): boolean {
  const [hasLasted, setLasted] = useState(false);
  if (!isSo && hasLasted) setLasted(false);
  useEffect(() => {
    if (!isSo) return;
    const timer = setTimeout(() => setLasted(true), ms);
    return () => clearTimeout(timer);
  }, [isSo, ms]);
  return isSo && hasLasted;
}
