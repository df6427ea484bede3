// @ts-check
// Preloaded into a server that was started with `--expose-gc`: collects when it is told to.
process.on('message', (/** @type {any} */ order) => {
  if (order.type !== 'collect') return;
  globalThis.gc?.();
  process.send?.({ type: 'collected' });
});
// The channel alone must not keep the server alive.
process.channel?.unref();
