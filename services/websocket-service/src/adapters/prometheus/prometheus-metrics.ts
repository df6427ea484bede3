import { Gauge, Registry } from 'prom-client';
import type { Gauges, Metrics } from '@/ports/metrics';
import { DurationTally } from './duration-tally';
import { processMetrics } from './process-metrics';
import { Tally, TallyBy } from './tallies';

/** Metrics that can be read as Prometheus text. */
export interface PrometheusMetrics extends Metrics {
  /** From now on the gauges are among what is read. */
  watch(gauges: Gauges): void;
  /** All of it in Prometheus' text format 0.0.4, the process's own included. */
  text(): Promise<string>;
}

/** Makes the metrics of one service, all at zero. */
export function createPrometheusMetrics(): PrometheusMetrics {
  const registry = new Registry();
  const count = (name: string, help: string): Tally => new Tally(registry, { name: `taskwire_${name}_total`, help });
  const countBy = <Word extends string | number>(name: string, label: string, help: string): TallyBy<Word> =>
    new TallyBy(registry, { name: `taskwire_${name}_total`, help, label });
  const gauge = (name: string, help: string, value: () => number): void => {
    registry.registerMetric(
      new Gauge({
        name: `taskwire_${name}`,
        help,
        registers: [],
        collect() {
          this.set(value());
        },
      }),
    );
  };
  const appendSeconds = new DurationTally({
    name: 'taskwire_append_seconds',
    help: 'From the wish to write until it is durable.',
  });
  const commitToClientSeconds = new DurationTally({
    name: 'taskwire_commit_to_client_seconds',
    help: 'From the commit of an event until the last reader’s socket was given the frame.',
  });

  return {
    messagesIn: count('messages_in', 'Frames of clients.'),
    messagesOut: count('messages_out', 'Frames to clients.'),
    bytesOut: count('bytes_out', 'Bytes of frames to clients, before the network.'),
    recoveries: countBy(
      'recoveries',
      'outcome',
      'Starts of subscriptions: by replay of what was missed, or by a snapshot.',
    ),
    replayedEvents: count('replayed_events', 'Events that were sent again to who had missed them.'),
    appendSeconds,
    commitToClientSeconds,
    closes: countBy('closes', 'code', 'Ended sockets, by WebSocket close code.'),
    authRefusals: countBy('auth_refusals', 'reason', 'Refused credentials, of sockets and requests.'),
    limitRefusals: countBy('limit_refusals', 'limit', 'What a limit refused.'),
    published: countBy('published_events', 'outcome', 'Events that backends published, by what became of them.'),
    watch(gauges) {
      gauge('connections', 'Open sockets.', gauges.connections);
      gauge('queued_bytes', 'Bytes that wait for readers.', gauges.queuedBytes);
      gauge('log_lag_events', 'Events that the log has and this process has not announced yet.', gauges.logLagEvents);
    },
    async text() {
      const counts = await Promise.all([processMetrics().metrics(), registry.metrics()]);
      return [...counts, appendSeconds.text(), commitToClientSeconds.text()].join('\n');
    },
  };
}
