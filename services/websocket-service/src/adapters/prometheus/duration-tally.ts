import type { Durations } from '@/ports/metrics';
import type { MetricName } from './tallies';

/** Upper bounds of the buckets, seconds: from a loopback turn to a stalled disk. */
const BUCKETS_S = [0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** How long something took, in buckets: a call is two additions, and all is written out only when somebody asks. */
export class DurationTally implements Durations {
  /** How many fell into each bucket alone; the last one has no bound. */
  readonly #counts: number[] = [...BUCKETS_S, Number.POSITIVE_INFINITY].map(() => 0);
  #sum = 0;

  constructor(private readonly metric: MetricName) {}

  observe(seconds: number): void {
    let bucket = 0;
    for (const bound of BUCKETS_S) {
      if (seconds <= bound) break;
      bucket += 1;
    }
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1;
    this.#sum += seconds;
  }

  /** The histogram in Prometheus' text format: each bucket counts what was no longer than its bound. */
  text(): string {
    const { name, help } = this.metric;
    let count = 0;
    const buckets = this.#counts.map((inBucket, index) => {
      count += inBucket;
      return `${name}_bucket{le="${BUCKETS_S[index] ?? '+Inf'}"} ${count}`;
    });
    return [
      `# HELP ${name} ${help}`,
      `# TYPE ${name} histogram`,
      ...buckets,
      `${name}_sum ${this.#sum}`,
      `${name}_count ${count}`,
      '',
    ].join('\n');
  }
}
