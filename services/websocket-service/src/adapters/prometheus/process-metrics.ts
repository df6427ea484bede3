import { collectDefaultMetrics, Registry } from 'prom-client';

/** Resolution of the watch over the event loop, milliseconds; finer ones wake an idle process more often. */
const EVENT_LOOP_PRECISION_MS = 50;

let registry: Registry | undefined;

/**
 * CPU, memory, event loop and garbage collection of this process. Made once for all services in it: their observers
 * can't be taken back.
 */
export function processMetrics(): Registry {
  if (registry === undefined) {
    registry = new Registry();
    collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: EVENT_LOOP_PRECISION_MS });
  }
  return registry;
}
