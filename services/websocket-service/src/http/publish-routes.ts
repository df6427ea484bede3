import type { FastifyInstance } from 'fastify';
import type { CheckServiceKey } from '@/auth/service-key';
import type { Limits } from '@/config/limits';
import type { Metrics } from '@/ports/metrics';
import { Problem } from '@/ports/problem';
import { type PublishedEvent, readPublishedEvent } from '@/tasks/published-event';
import type { Publisher } from '@/tasks/publisher';
import { requireServiceKey } from './require-service-key';

/** What the publish route works with. */
export interface PublishRoutesContext {
  readonly isServiceKey: CheckServiceKey;
  readonly metrics: Metrics;
  readonly limits: Pick<Limits, 'maxPublishBytes' | 'maxPublishEvents'>;
  readonly publish: Publisher['publish'];
}

interface Rejection {
  readonly index: number;
  readonly reason: string;
}

/** `POST /api/v1/events`: one event or an array, from any backend with a service key ([SV80]). */
export function publishRoutes(app: FastifyInstance, context: PublishRoutesContext): void {
  const { metrics, limits, publish } = context;
  requireServiceKey(app, context.isServiceKey, metrics);

  // For backends: a page that has a service key is none, and may not read the answer.
  const options = { bodyLimit: limits.maxPublishBytes, config: { cors: false } } as const;
  app.post('/api/v1/events', options, async (request, reply) => {
    const given: unknown = request.body;
    if (typeof given !== 'object' || given === null) throw new Problem(400, 'Send one event or an array of events.');
    const items: readonly unknown[] = Array.isArray(given) ? given : [given];
    if (items.length > limits.maxPublishEvents) {
      throw new Problem(413, `A request has at most ${limits.maxPublishEvents} events: send the rest in another one.`);
    }
    const rejected: Rejection[] = [];
    const events: PublishedEvent[] = [];
    const indexes: number[] = [];
    for (const [index, item] of items.entries()) {
      const reading = readPublishedEvent(item);
      if (reading.ok) {
        events.push(reading.event);
        indexes.push(index);
      } else rejected.push({ index, reason: reading.reason });
    }
    metrics.published.add('rejected', rejected.length);
    const outcomes = events.length === 0 ? [] : await publish(events, 'once');
    const count = { accepted: 0, duplicate: 0, stale: 0 };
    for (const [at, { outcome, reason = '' }] of outcomes.entries()) {
      metrics.published.add(outcome);
      if (outcome === 'accepted' || outcome === 'duplicate' || outcome === 'stale') count[outcome] += 1;
      else rejected.push({ index: indexes[at] ?? 0, reason });
    }
    rejected.sort((a, b) => a.index - b.index);
    const { accepted, duplicate, stale } = count;
    reply.code(202);
    return { accepted, duplicates: duplicate, stale, rejected };
  });
}
