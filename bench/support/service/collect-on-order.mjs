// @ts-check
// Preloaded into a server that was started with `--expose-gc`, and by Node into its thread: both collect when the server is told to.
import { BroadcastChannel, isMainThread } from 'node:worker_threads';

const threads = new BroadcastChannel('bench:collect');
threads.unref();

if (isMainThread) process.on('message', (/** @type {any} */ order) => void (order.type === 'collect' && collectAll()));
else threads.onmessage = collectHere;

// The channel alone must not keep the server alive.
process.channel?.unref();

async function collectAll() {
  globalThis.gc?.();
  const collected = new Promise((resolve) => {
    threads.onmessage = resolve;
  });
  threads.postMessage('collect');
  await collected;
  process.send?.({ type: 'collected' });
}

function collectHere() {
  globalThis.gc?.();
  threads.postMessage('collected');
}
