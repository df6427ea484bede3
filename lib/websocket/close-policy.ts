import { type CloseAdvice, CloseCode } from '@/lib/protocol/close-codes';
import type { StopReason } from '@/lib/protocol/connection-source';

/** How an attempt or a connection ended. */
export type Failure =
  /** The socket closed. `opened` is false where the handshake never finished: a browser reports HTTP refusals so. */
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
  /** No socket could be made at all: the address or the runtime is wrong. */
  | { readonly kind: 'unusable'; readonly detail: string };

/** What the past says: facts that change what the same failure means. */
export interface FailureHistory {
  /** Attempts that failed in a row before this failure. */
  readonly failures: number;
  /** The token was already refreshed since the last lasting connection. */
  readonly reauthenticated: boolean;
  /** The server has called this reader too slow within the last minute. */
  readonly slowBefore: boolean;
}

/** What to do after a failure. `reason` and `detail` are sentences for people. */
export type Decision =
  | {
      readonly action: 'retry';
      readonly reason: string;
      /** No wait at all. */
      readonly atOnce?: boolean;
      /** The server's own wish for the wait. */
      readonly advice?: CloseAdvice | undefined;
      /** The next attempt must not use the known token. */
      readonly freshToken?: boolean;
    }
  | { readonly action: 'reauthenticate'; readonly reason: string }
  | { readonly action: 'stop'; readonly reason: StopReason; readonly detail: string };

type Verdict = 'retry' | 'advised' | 'slow' | 'auth' | 'forbidden' | 'protocol';

// A new close code without a verdict does not compile. Codes without a name of their own are retried.
const VERDICTS: Readonly<Record<CloseCode, Verdict>> = {
  [CloseCode.normal]: 'retry',
  [CloseCode.goingAway]: 'retry',
  [CloseCode.protocolError]: 'protocol',
  [CloseCode.unsupportedData]: 'protocol',
  [CloseCode.noStatus]: 'retry',
  [CloseCode.abnormal]: 'retry',
  [CloseCode.invalidPayload]: 'protocol',
  [CloseCode.policyViolation]: 'auth',
  [CloseCode.tooLarge]: 'protocol',
  [CloseCode.internalError]: 'retry',
  [CloseCode.restarting]: 'advised',
  [CloseCode.overloaded]: 'advised',
  [CloseCode.refused]: 'auth',
  [CloseCode.badMessage]: 'protocol',
  [CloseCode.unauthorized]: 'auth',
  [CloseCode.forbidden]: 'forbidden',
  [CloseCode.helloTimeout]: 'retry',
  [CloseCode.slowReader]: 'slow',
  [CloseCode.tooMany]: 'advised',
};

/** The one place that decides what a failure leads to ([BO5]). Pure and exhaustive. */
export function decide(failure: Failure, history: FailureHistory): Decision {
  switch (failure.kind) {
    case 'closed':
      return decideClose(failure, history);
    case 'token':
      return { action: 'retry', reason: `No token: ${failure.detail}`, freshToken: true };
    case 'silent':
      return { action: 'retry', reason: 'The server went silent', atOnce: history.failures === 0 };
    case 'timeout':
      return { action: 'retry', reason: 'The server did not answer', freshToken: true };
    case 'unusable':
      return { action: 'stop', reason: 'protocol', detail: failure.detail };
  }
}

function decideClose(failure: Failure & { kind: 'closed' }, history: FailureHistory): Decision {
  const { code, opened, advice } = failure;
  const reason = opened ? `The connection was closed (${code})` : 'The server cannot be reached';
  const verdict = (VERDICTS as Readonly<Record<number, Verdict>>)[code] ?? 'retry';
  switch (verdict) {
    case 'retry':
      return { action: 'retry', reason, freshToken: !opened };
    case 'advised':
      return { action: 'retry', reason, advice };
    case 'slow':
      return { action: 'retry', reason, atOnce: !history.slowBefore };
    case 'auth':
      return history.reauthenticated
        ? { action: 'stop', reason: 'needs-auth', detail: 'Please sign in again' }
        : { action: 'reauthenticate', reason };
    case 'forbidden':
      return { action: 'stop', reason: 'forbidden', detail: 'This account may not connect here' };
    case 'protocol':
      return { action: 'stop', reason: 'protocol', detail: `Client and server do not fit together (${code})` };
  }
}
