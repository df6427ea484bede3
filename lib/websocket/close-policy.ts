import type { CloseAdvice, CloseCode } from '@/lib/protocol/close-codes';
import type { StopReason } from '@/lib/protocol/connection-source';

/** How an attempt or a connection ended. */
export type Failure =
  /** The socket closed. `opened` is false where its handshake never finished: browsers report HTTP refusals so. */
  | {
      readonly kind: 'closed';
      readonly code: number;
      readonly opened: boolean;
      readonly advice?: CloseAdvice | undefined;
    }
  /** `getToken` rejected, hung or gave something that is no token. */
  | { readonly kind: 'token'; readonly detail: string }
  /** Nothing was heard although something had to be. */
  | { readonly kind: 'silent' }
  /** The socket did not open, or the server did not acknowledge, in time. */
  | { readonly kind: 'timeout' }
  /** No socket can be made at all: the address or the runtime is wrong. */
  | { readonly kind: 'unusable'; readonly detail: string };

/** Facts of the past that change what a failure means. */
export interface FailureHistory {
  /** Attempts that failed in a row before this one. */
  readonly failures: number;
  /** The token was refreshed already since the last lasting connection. */
  readonly reauthenticated: boolean;
  /** The server has called this reader too slow within the last minute. */
  readonly slowBefore: boolean;
}

/** What a failure leads to; `detail` is a sentence for people. */
export type Decision =
  | {
      readonly action: 'retry';
      readonly detail: string;
      /** Without any wait. */
      readonly atOnce?: boolean;
      /** The server's own wish for the wait. */
      readonly advice?: CloseAdvice | undefined;
      /** Not with the token that is known. */
      readonly freshToken?: boolean;
    }
  /** Retry with a fresh token, this once. */
  | { readonly action: 'reauthenticate'; readonly detail: string }
  | { readonly action: 'stop'; readonly detail: string; readonly reason: StopReason };

/** What each close code asks for: a code that is new in lib/protocol does not compile without a line here. */
const VERDICTS: Readonly<Record<CloseCode, 'retry' | 'slow' | 'auth' | 'forbidden' | 'protocol'>> = {
  1000: 'retry',
  1001: 'retry',
  1002: 'protocol',
  1003: 'protocol',
  1005: 'retry',
  1006: 'retry',
  1007: 'protocol',
  1008: 'auth',
  1009: 'protocol',
  1011: 'retry',
  1012: 'retry',
  1013: 'retry',
  4001: 'auth',
  4400: 'protocol',
  4401: 'auth',
  4403: 'forbidden',
  4408: 'retry',
  4410: 'slow',
  4429: 'retry',
};

/** The one place that decides what a failure leads to ([BO5]). Pure and exhaustive. */
export function decide(failure: Failure, history: FailureHistory): Decision {
  switch (failure.kind) {
    case 'closed':
      return decideClose(failure, history);
    case 'token':
      return { action: 'retry', detail: `No token: ${failure.detail}`, freshToken: true };
    case 'silent':
      return { action: 'retry', detail: 'The server went silent', atOnce: history.failures === 0 };
    case 'timeout':
      return { action: 'retry', detail: 'The server did not answer', freshToken: true };
    case 'unusable':
      return { action: 'stop', detail: failure.detail, reason: 'protocol' };
  }
}

function decideClose({ code, opened, advice }: Failure & { kind: 'closed' }, history: FailureHistory): Decision {
  const detail = opened ? `The connection was closed (${code})` : 'The server cannot be reached';
  switch (VERDICTS[code as CloseCode]) {
    case 'slow':
      return { action: 'retry', detail, atOnce: !history.slowBefore };
    case 'auth':
      if (!history.reauthenticated) return { action: 'reauthenticate', detail };
      return { action: 'stop', detail: 'Please sign in again', reason: 'needs-auth' };
    case 'forbidden':
      return { action: 'stop', detail: 'This account may not connect here', reason: 'forbidden' };
    case 'protocol':
      return { action: 'stop', detail: `Client and server do not understand each other (${code})`, reason: 'protocol' };
    default:
      return { action: 'retry', detail, advice, freshToken: !opened };
  }
}
