import { Histogram, Registry } from 'prom-client';
import { expect, it } from 'vitest';
import { DurationTally } from '@/adapters/prometheus/duration-tally';

const METRIC = { name: 'taskwire_append_seconds', help: 'From the wish to write until it is durable.' };
const BUCKETS = [0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

it('[SV101] writes durations as Prometheus’ own client does, those on a bound and beyond all of them included', async () => {
  const registry = new Registry();
  const theirs = new Histogram({ ...METRIC, buckets: BUCKETS, registers: [registry] });
  const ours = new DurationTally(METRIC);
  expect(ours.text().trim()).toBe((await registry.metrics()).trim());
  for (const seconds of [0, 0.000_25, 0.000_26, 0.003, 0.003, 10, 10.5, 3_600]) {
    theirs.observe(seconds);
    ours.observe(seconds);
  }
  expect(ours.text().trim()).toBe((await registry.metrics()).trim());
});
