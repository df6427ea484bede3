import { Counter, type Registry } from 'prom-client';
import type { Count, CountBy } from '@/ports/metrics';

/** What a metric is called and what it says. */
export interface MetricName {
  readonly name: string;
  readonly help: string;
}

/** A count whose call is one addition: it is written out only when somebody asks. */
export class Tally implements Count {
  #total = 0;

  constructor(registry: Registry, { name, help }: MetricName) {
    const total = (): number => this.#total;
    registry.registerMetric(
      new Counter({
        name,
        help,
        registers: [],
        collect() {
          this.reset();
          this.inc(total());
        },
      }),
    );
  }

  add(by = 1): void {
    this.#total += by;
  }
}

/** A count by one word. */
export class TallyBy<Word extends string | number> implements CountBy<Word> {
  readonly #totals = new Map<Word, number>();

  constructor(registry: Registry, { name, help, label }: MetricName & { readonly label: string }) {
    const totals = this.#totals;
    registry.registerMetric(
      new Counter({
        name,
        help,
        labelNames: [label],
        registers: [],
        collect() {
          this.reset();
          for (const [word, total] of totals) this.inc({ [label]: String(word) }, total);
        },
      }),
    );
  }

  add(word: Word, by = 1): void {
    this.#totals.set(word, (this.#totals.get(word) ?? 0) + by);
  }
}
