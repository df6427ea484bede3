import type { Undo } from '@/lib/protocol';
import type { SessionEnvironment } from './session-environment';

/** Between two lists that nobody asked for by connecting or waking lies at least this, milliseconds ([RS30]). */
export const EXTRA_LIST_MS = 60_000;

/** Hints of one waking that come within this time are one, milliseconds. */
export const WAKE_GATHER_MS = 2_000;

/** A doubt is settled no sooner than this: what it is about may be on its way, milliseconds. */
export const DOUBT_DELAY_MS = 1_000;

/** The least wait after a list request that failed, milliseconds; jitter that grows comes on top ([OB35]). */
export const LIST_RETRY_MS = 5_000;

/** What a watch needs of its session. */
export interface ListWatchPort extends Pick<SessionEnvironment, 'now' | 'setTimer'> {
  /** Asks for the list and applies it. Rejects when there is none. */
  readonly fetch: (signal: AbortSignal) => Promise<void>;
  /** How long to wait before attempt `attempt` (from 1), milliseconds. */
  readonly delayOf: (attempt: number) => number;
  /** A request failed; it is made again by itself. */
  readonly onFailure: (error: unknown) => void;
}

/**
 * Decides when the list of a server without positions is fetched: at once for each connection and each waking, one request
 * at a time, and for everything else (doubts, silence) at most once a minute ([RS30]).
 */
export class ListWatch {
  #flight: AbortController | undefined;
  #answer: Promise<void> | undefined;
  #sentAt = Number.NEGATIVE_INFINITY;
  #heardAt = Number.NEGATIVE_INFINITY;
  #extraAt = Number.NEGATIVE_INFINITY;
  #failures = 0;
  #cancelExtra: Undo | undefined;
  #cancelRetry: Undo | undefined;
  #cancelQuiet: Undo | undefined;
  #isEnded = false;

  constructor(readonly port: ListWatchPort) {}

  /** A connection was made: what an earlier request answers may be older than it. */
  connected(): void {
    this.#start();
  }

  /** The page came back; one list is enough for all hints of that. */
  woke(): void {
    if (this.#flight === undefined && this.port.now() - this.#sentAt >= WAKE_GATHER_MS) this.#start();
  }

  /** Only the list can tell: it is fetched soon, but not more than once a minute. */
  doubt(): void {
    if (this.#isEnded || this.#cancelExtra !== undefined || this.#cancelRetry !== undefined) return;
    const { now, setTimer } = this.port;
    const wait = Math.max(DOUBT_DELAY_MS, this.#extraAt + EXTRA_LIST_MS - now());
    this.#cancelExtra = setTimer(wait, () => {
      this.#extraAt = now();
      this.#start();
    });
  }

  /** Something was heard: the silence begins anew. Costs nothing, however often it is called. */
  heard(): void {
    this.#heardAt = this.port.now();
  }

  /** Asks now, because a person wishes it, or waits for what is under way. Rejects when it fails. */
  refresh(): Promise<void> {
    if (this.#flight === undefined) this.#start();
    return this.#answer ?? Promise.reject(new Error('This page has let go of the list.'));
  }

  /** The connection is not wanted any more: nothing is asked for until the next one. */
  rest(): void {
    this.#flight?.abort();
    this.#flight = undefined;
    this.#cancelExtra?.();
    this.#cancelRetry?.();
    this.#cancelQuiet?.();
    this.#cancelExtra = this.#cancelRetry = this.#cancelQuiet = undefined;
  }

  /** Aborts what is under way and asks for nothing any more. */
  end(): void {
    this.#isEnded = true;
    this.rest();
  }

  #start(): void {
    if (this.#isEnded) return;
    this.rest();
    const flight = new AbortController();
    this.#flight = flight;
    this.#sentAt = this.port.now();
    this.heard();
    this.#listen(EXTRA_LIST_MS);
    const answer = this.port.fetch(flight.signal);
    this.#answer = answer;
    answer.then(
      () => {
        if (this.#ended(flight)) this.#failures = 0;
      },
      (error: unknown) => {
        if (!this.#ended(flight)) return;
        this.#failures += 1;
        const wait = LIST_RETRY_MS + this.port.delayOf(this.#failures);
        this.#cancelRetry = this.port.setTimer(wait, () => this.#start());
        this.port.onFailure(error);
      },
    );
  }

  /** Waits for a silence. */
  #listen(ms: number): void {
    this.#cancelQuiet = this.port.setTimer(ms, () => {
      const left = this.#heardAt + EXTRA_LIST_MS - this.port.now();
      if (left > 0) {
        this.#listen(left);
        return;
      }
      this.#extraAt = this.port.now();
      this.#start();
    });
  }

  /** @returns Whether this was the request that counts. */
  #ended(flight: AbortController): boolean {
    if (this.#flight !== flight) return false;
    this.#flight = undefined;
    return !this.#isEnded;
  }
}
