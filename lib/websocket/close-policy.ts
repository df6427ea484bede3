import type { CloseAdvice, CloseCode } from '@/lib/protocol/close-codes';
import type { StopReason } from '@/lib/protocol/connection-source';

/** How an attempt or a connection ended; `detail` is for logs and for whoever wants to know exactly. */
export type Failure =
  /** The socket closed. `opened` is false where its handshake never finished: browsers report HTTP refusals so. */
  | {
      readonly kind: 'closed';
      readonly code: number;
      readonly opened: boolean;
      readonly advice?: CloseAdvice | undefined;
      readonly detail: string;
    }
  /**
   * `token`: `getToken` rejected, hung or gave something that is no token. `timeout`: the socket did not open, or the server
   * did not acknowledge, in time. `unusable`: no socket can be made at all, the address or the runtime is wrong.
   */
  | { readonly kind: 'token' | 'timeout' | 'unusable'; readonly detail: string }
  /** Nothing was heard although something had to be; `woke`: when the page came back and asked. */
  | { readonly kind: 'silent'; readonly woke: boolean; readonly detail: string };

/** Facts of the past that change what a failure means. */
export interface FailureHistory {
  /** Attempts that failed in a row before this one. */
  readonly failures: number;
  /** The token was refreshed already since the last lasting connection. */
  readonly renewed: boolean;
  /** The server has called this reader too slow within the last minute. */
  readonly slow: boolean;
}

/** What a failure leads to. */
export type Decision =
  | {
      /** Another attempt; `reauthenticate` is the one that a refused token gets, with a fresh one. */
      readonly action: 'retry' | 'reauthenticate';
      /** Without any wait. */
      readonly atOnce?: boolean;
      /** The server's own wish for the wait; else it is drawn. */
      readonly advice?: CloseAdvice | undefined;
      /** Not with the token that is known. */
      readonly fresh?: boolean;
      readonly reason?: undefined;
    }
  | {
      readonly action: 'stop';
      readonly reason: StopReason;
      readonly atOnce?: undefined;
      readonly advice?: undefined;
      readonly fresh?: undefined;
    };

type Verdict = 'slow' | 'auth' | 'forbidden' | 'protocol';

/** The codes that say nothing but "ended": codes that nobody knows are treated as they are. */
type Ended = 1000 | 1001 | 1005 | 1006 | 1011 | 1012 | 1013 | 4408 | 4429;

/** What the other codes ask for: a code that is new in lib/protocol does not compile without a line here or above. */
const VERDICTS: Readonly<Record<Exclude<CloseCode, Ended>, Verdict>> = {
  1002: 'protocol',
  1003: 'protocol',
  1007: 'protocol',
  1008: 'auth',
  1009: 'protocol',
  4001: 'auth',
  4400: 'protocol',
  4401: 'auth',
  4403: 'forbidden',
  4410: 'slow',
};

/** The one place that decides what a failure leads to ([BO5]). Pure and exhaustive. */
export function decide(failure: Failure, { failures, renewed, slow }: FailureHistory): Decision {
  switch (failure.kind) {
    case 'closed': {
      const verdict = (VERDICTS as Readonly<Record<number, Verdict>>)[failure.code];
      switch (verdict) {
        case undefined:
          return { action: 'retry', advice: failure.advice, fresh: !failure.opened };
        case 'slow':
          return { action: 'retry', atOnce: !slow };
        case 'auth':
          return renewed ? { action: 'stop', reason: 'needs-auth' } : { action: 'reauthenticate' };
        default:
          return { action: 'stop', reason: verdict };
      }
    }
    case 'silent':
      // Only after a wake: a server that freezes falls silent for everybody in the same instant.
      return { action: 'retry', atOnce: failure.woke && failures === 0 };
    case 'unusable':
      return { action: 'stop', reason: 'protocol' };
    default:
      return { action: 'retry', fresh: true };
  }
}
