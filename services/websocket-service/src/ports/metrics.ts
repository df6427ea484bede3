/** Counts what happened, from zero at each start. */
export interface Count {
  /** @param by How many more, default 1. */
  add(by?: number): void;
}

/** Counts what happened by one word each; the words are few and never chosen by clients. */
export interface CountBy<Word extends string | number = string> {
  add(word: Word, by?: number): void;
}

/** Collects how long things took. */
export interface Durations {
  observe(seconds: number): void;
}

/** What the service counts while it runs ([SV101]). Calls cost next to nothing and never throw. */
export interface Metrics {
  /** Frames of clients. */
  readonly messagesIn: Count;
  /** Frames to clients. */
  readonly messagesOut: Count;
  /** Bytes of frames to clients. */
  readonly bytesOut: Count;
  /** Starts of subscriptions, by how. */
  readonly recoveries: CountBy<'replay' | 'snapshot'>;
  /** Events that were sent again to who missed them. */
  readonly replayedEvents: Count;
  /** From the wish to write until it is durable. */
  readonly appendSeconds: Durations;
  /** From the commit until the last reader's socket was given the frame. */
  readonly commitToClientSeconds: Durations;
  /** Ended sockets, by close code. */
  readonly closes: CountBy<number | 'other'>;
  /** Credentials that were refused, by reason. */
  readonly authRefusals: CountBy<AuthRefusal>;
  /** What a limit refused, by limit. */
  readonly limitRefusals: CountBy;
  /** Events that backends published, by what became of them. */
  readonly published: CountBy<PublishWord>;
}

/** What becomes of published events. */
export type PublishWord = 'accepted' | 'duplicate' | 'stale' | 'rejected' | 'retry' | 'quarantined';

/** Why credentials were refused. */
export type AuthRefusal = 'missing' | 'invalid' | 'foreign' | 'revoked' | 'unavailable' | 'service-key';

/** What is looked up when somebody asks for the metrics. */
export interface Gauges {
  /** Open sockets. */
  connections(): number;
  /** Bytes that wait for readers. */
  queuedBytes(): number;
  /** Events that the log has and this process has not announced yet. */
  logLagEvents(): number;
}

const nothing = { add() {}, observe() {} };

/** Counts nothing; for parts that run by themselves. */
export const noMetrics: Metrics = {
  messagesIn: nothing,
  messagesOut: nothing,
  bytesOut: nothing,
  recoveries: nothing,
  replayedEvents: nothing,
  appendSeconds: nothing,
  commitToClientSeconds: nothing,
  closes: nothing,
  authRefusals: nothing,
  limitRefusals: nothing,
  published: nothing,
};
