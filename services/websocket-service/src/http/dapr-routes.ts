import type { FastifyError, FastifyInstance, FastifyRequest } from 'fastify';
import { isRecord } from '@/lib/protocol';
import type { Logger } from '@/ports/logger';
import type { Metrics, PublishWord } from '@/ports/metrics';
import { Problem } from '@/ports/problem';
import { type PublishedReading, rawOf, readPublishedEvent } from '@/tasks/published-event';
import type { Publisher } from '@/tasks/publisher';
import { parsedOr, type UnwrappedEvent, unwrapEvent } from './cloud-event';

/** The topics that the service listens to. */
export const DAPR_TOPICS = ['task-events', 'task-updates'] as const;

/** Where the sidecar puts what was dropped, or could not be delivered. */
export const DEAD_LETTER_TOPIC = 'task-dead-letters';

/** What the Dapr routes work with. */
export interface DaprRoutesContext extends Publisher {
  readonly log: Logger;
  readonly metrics: Metrics;
  /** The name of the sidecar's pub/sub component. */
  readonly daprPubsubName: string;
  /** Does the `dapr-api-token` header have the right token? Always, where none is configured. */
  isSidecar(token: string | undefined): boolean;
  /** While the service closes, the sidecar keeps its events: 503. */
  isDraining(): boolean;
}

/** The only words that Dapr knows. */
type Status = 'SUCCESS' | 'RETRY' | 'DROP';

const STATUS_OF: Readonly<Record<PublishWord, Status>> = {
  accepted: 'SUCCESS',
  duplicate: 'SUCCESS',
  stale: 'SUCCESS',
  retry: 'RETRY',
  rejected: 'DROP',
  quarantined: 'DROP',
};

/** The sidecar's side of the internal listener ([SV87]): what it may deliver here, and the deliveries. */
export function daprRoutes(app: FastifyInstance, context: DaprRoutesContext): void {
  const { log, metrics } = context;
  app.addHook('onRequest', (request, _reply, done) => {
    if (!context.isSidecar(headerOf(request, 'dapr-api-token'))) {
      metrics.authRefusals.add('service-key');
      throw new Problem(401, 'Send the header dapr-api-token with the APP_API_TOKEN of this service.');
    }
    if (context.isDraining()) {
      throw new Problem(503, 'The service is restarting: deliver the event again.', {}, { 'retry-after': '1' });
    }
    done();
  });
  // What can't be read must be dropped, not refused: a refusal would be delivered again for ever.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, text: string, done) => done(null, parsedOr(text)));
  app.setErrorHandler((error: FastifyError | Problem, _request, reply) => {
    if (error instanceof Problem || error.statusCode !== 413) throw error;
    log.error({ err: error }, 'a delivery of the sidecar is too large and was dropped');
    metrics.published.add('rejected');
    return reply.send({ status: STATUS_OF.rejected });
  });

  app.get('/dapr/subscribe', async () =>
    DAPR_TOPICS.map((topic) => ({
      pubsubname: context.daprPubsubName,
      topic,
      routes: { default: `/dapr/${topic}` },
      deadLetterTopic: DEAD_LETTER_TOPIC,
    })),
  );

  for (const topic of DAPR_TOPICS) {
    app.post(`/dapr/${topic}`, async ({ body, headers }) => {
      if (isRecord(body) && Array.isArray(body.entries)) return { statuses: await takeBulk(body.entries) };
      const [status = 'RETRY'] = await take([unwrapEvent(body, headers)]);
      return { status };
    });
  }

  const takeBulk = async (entries: readonly unknown[]): Promise<readonly object[]> => {
    const statuses = await take(entries.map((entry) => unwrapEvent(isRecord(entry) ? eventOf(entry.event) : entry)));
    return entries.map((entry, index) => ({
      entryId: isRecord(entry) ? entry.entryId : undefined,
      status: statuses[index],
    }));
  };

  /** Acknowledged only when all of it is durable ([SV88]). */
  const take = async (deliveries: readonly UnwrappedEvent[]): Promise<readonly Status[]> => {
    const readings = deliveries.map(({ value, envelope }) => readPublishedEvent(value, envelope));
    const events = readings.flatMap((reading) => (reading.ok ? [reading.event] : []));
    const outcomes = events.length === 0 ? [] : [...(await context.publish(events, 'redelivery'))];
    const statuses: Status[] = [];
    for (const [index, reading] of readings.entries()) {
      const { outcome, reason = '' } = reading.ok
        ? (outcomes.shift() ?? { outcome: 'retry' as const })
        : { outcome: 'rejected' as const, reason: reading.reason };
      if (outcome === 'rejected') await drop(deliveries[index], reading, reason);
      metrics.published.add(outcome);
      statuses.push(STATUS_OF[outcome]);
    }
    return statuses;
  };

  const drop = async (
    delivery: UnwrappedEvent | undefined,
    reading: PublishedReading,
    reason: string,
  ): Promise<void> => {
    const { id, source = '' } = delivery?.envelope ?? {};
    const { raw, key } = rawOf(delivery?.value, id);
    const known = reading.ok ? reading.event : { source, key };
    const failed = { source: known.source, key: known.key, raw, reason };
    log.warn({ source: failed.source, event: failed.key, reason }, 'an event of the sidecar was put into quarantine');
    await context.quarantine(failed);
  };
}

/** A bulk entry's event is an object, or text where it was published raw. */
function eventOf(event: unknown): unknown {
  return typeof event === 'string' ? parsedOr(event) : event;
}

function headerOf({ headers }: FastifyRequest, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
}
