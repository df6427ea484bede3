// @ts-check

/**
 * Draws from 0 up to, not including, 1; the same seed gives the same draws (a counter through a 32-bit mixer). For
 * simulations that can be repeated; not for secrets.
 * @param {number} seed A whole number.
 * @returns {() => number}
 */
export function createSeededRandom(seed) {
  let counter = seed | 0;
  const next = () => {
    counter = (counter + 0x9e3779b9) | 0;
    let mixed = Math.imul(counter ^ (counter >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return (mixed ^ (mixed >>> 15)) >>> 0;
  };
  // 53 bits, as Math.random gives: 32 would repeat among 10,000 clients now and then.
  return () => ((next() >>> 6) * 2 ** 27 + (next() >>> 5)) / 2 ** 53;
}
