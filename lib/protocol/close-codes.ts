/** Every close code with a meaning of its own in Taskwire (docs/PROTOCOL.md section 2, "Close codes"). */
export const CloseCode = {
  normal: 1000,
  goingAway: 1001,
  protocolError: 1002,
  unsupportedData: 1003,
  noStatus: 1005,
  abnormal: 1006,
  invalidPayload: 1007,
  policyViolation: 1008,
  tooLarge: 1009,
  internalError: 1011,
  restarting: 1012,
  overloaded: 1013,
  /** Seed 002's refusal. */
  refused: 4001,
  badMessage: 4400,
  unauthorized: 4401,
  forbidden: 4403,
  helloTimeout: 4408,
  slowReader: 4410,
  tooMany: 4429,
} as const;

/** One of the codes of {@link CloseCode}. */
export type CloseCode = (typeof CloseCode)[keyof typeof CloseCode];

/** What a closing server may advise in the reason of 1012, 1013 and 4429; milliseconds. */
export interface CloseAdvice {
  readonly retryAfterMs: number;
  readonly spreadMs: number;
}

/** The longest wait that a server may ask for, milliseconds; more is cut to it. */
export const MAX_ADVISED_WAIT_MS = 300_000;

/** Reads the advice out of a close reason; `undefined` when there is none or it makes no sense. Never throws. */
export function decodeCloseAdvice(reason: string): CloseAdvice | undefined {
  try {
    const { retryAfterMs, spreadMs = 0 }: { [K in keyof CloseAdvice]?: unknown } = JSON.parse(reason);
    if (isWait(retryAfterMs) && isWait(spreadMs)) {
      return {
        retryAfterMs: Math.min(retryAfterMs, MAX_ADVISED_WAIT_MS),
        spreadMs: Math.min(spreadMs, MAX_ADVISED_WAIT_MS),
      };
    }
  } catch {
    // Words for people.
  }
  return undefined;
}

/** Writes advice as a close reason; well under the 123 bytes that RFC 6455 allows. */
export function encodeCloseAdvice(advice: Partial<CloseAdvice>): string {
  return JSON.stringify(advice);
}

function isWait(value: unknown): value is number {
  return Number.isFinite(value) && (value as number) >= 0;
}
