/** How a publisher hands an event to its sidecar. */
export interface PublishOptions {
  /** Default `application/json`; `application/cloudevents+json` is passed on as it is. */
  readonly contentType?: string;
  /** Not wrapped into a CloudEvent. */
  readonly isRaw?: boolean;
}

/** A Dapr sidecar between a publisher and the service: a real one, or one that is played as Dapr documents it. */
export interface Sidecar {
  /** Resolves when the broker has the event; it is delivered from then on. */
  publish(topic: string, payload: unknown, options?: PublishOptions): Promise<void>;
}
