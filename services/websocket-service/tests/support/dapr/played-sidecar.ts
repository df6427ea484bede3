import { randomUUID } from 'node:crypto';
import type { Sidecar } from './sidecar';

interface Delivery {
  readonly topic: string;
  readonly contentType: string;
  readonly body: string;
}

interface Subscription {
  readonly pubsubname: string;
  readonly topic: string;
  readonly routes: { readonly default: string };
  readonly deadLetterTopic: string;
}

const CLOUD_EVENT = 'application/cloudevents+json';

/** A sidecar that is played, with what was dropped. */
export interface PlayedSidecar extends Sidecar {
  readonly deadLetters: readonly string[];
}

/**
 * Plays the sidecar: asks for the subscriptions, wraps what is published into a CloudEvent and delivers it. `SUCCESS` and
 * an empty 200 end it, `DROP` and 404 put it among the dead letters, everything else comes again, after the next event.
 */
export async function playSidecar(appUrl: string, token: string): Promise<PlayedSidecar> {
  const headers = { 'dapr-api-token': token };
  const subscriptions = (await (await fetch(`${appUrl}/dapr/subscribe`, { headers })).json()) as Subscription[];
  const deadLetters: string[] = [];
  let again: Delivery[] = [];
  let turn = Promise.resolve();

  const deliver = async (delivery: Delivery): Promise<void> => {
    const { topic, contentType, body } = delivery;
    const subscription = subscriptions.find((known) => known.topic === topic);
    if (subscription === undefined) return;
    const answer = await fetch(`${appUrl}${subscription.routes.default}`, {
      method: 'POST',
      headers: { ...headers, 'content-type': contentType },
      body,
    });
    const status = answer.status === 404 ? 'DROP' : answer.ok ? statusOf(await answer.text()) : 'RETRY';
    if (status === 'DROP') deadLetters.push(body);
    else if (status !== 'SUCCESS') again.push(delivery);
  };

  const deliverAll = async (fresh: Delivery): Promise<void> => {
    const waiting = [fresh, ...again];
    again = [];
    for (const delivery of waiting) await deliver(delivery);
  };

  return {
    deadLetters,
    async publish(topic, payload, { contentType = 'application/json', isRaw = false } = {}) {
      const isWhole = isRaw || contentType === CLOUD_EVENT;
      const wrapped = isWhole ? payload : wrap(topic, payload, contentType);
      const delivery = { topic, contentType: isRaw ? 'application/json' : CLOUD_EVENT, body: JSON.stringify(wrapped) };
      turn = turn.then(() => deliverAll(delivery));
      await turn;
    },
  };
}

function wrap(topic: string, payload: unknown, contentType: string): object {
  return {
    specversion: '1.0',
    id: randomUUID(),
    source: 'backend',
    type: 'com.dapr.event.sent',
    datacontenttype: contentType,
    time: new Date().toISOString(),
    pubsubname: 'pubsub',
    topic,
    traceid: '',
    data: payload,
  };
}

function statusOf(text: string): unknown {
  if (text === '') return 'SUCCESS';
  try {
    return (JSON.parse(text) as { readonly status?: unknown }).status ?? 'SUCCESS';
  } catch {
    return 'RETRY';
  }
}
