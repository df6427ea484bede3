import type { IncomingHttpHeaders } from 'node:http';

/** The trace that a request belongs to, from its W3C `traceparent`, as a fact for log lines; none without a valid one. */
export function traceFactsOf(headers: IncomingHttpHeaders): { readonly traceId?: string } {
  const [, version, traceId = '', parentId = ''] =
    /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}(?:-|$)/.exec(String(headers.traceparent ?? '')) ?? [];
  const isValid = version !== undefined && version !== 'ff' && !/^0*$/.test(traceId) && !/^0*$/.test(parentId);
  return isValid ? { traceId } : {};
}
