/**
 * What real servers do beside their documents. Everything is off unless it is said; all of it may be changed while the
 * server runs.
 */
export interface ServerQuirks {
  /** Several messages may stand in one frame, joined by newlines. */
  joinsFrames?: boolean;
  /** A bare `ping` is sent with each heartbeat, and a client's ping is answered by a bare `pong`. */
  bareText?: boolean;
  /** `connection.established` is sent before anything else. */
  welcomes?: boolean;
  /** How ids look. Default: as the server's document shows them. */
  ids?: 'number' | 'numeric string' | 'uuid' | 'TASK-001';
  /** Where the row stands in a message. Default: as the server's document shows it. */
  payload?: 'task' | 'data' | 'payload' | 'payload.task' | 'task_data' | 'data.payload';
  /** What an update carries. Default: as the server's document shows it. */
  updates?: 'full' | 'partial' | 'changes' | 'changes and fullTask' | 'status only';
  /** New tasks are sent as updates. */
  neverCreates?: boolean;
  /** A delete is an update whose row says `deleted: true`. */
  deletesByUpdate?: boolean;
  /** A delete carries the whole row instead of the id. */
  deletesWithRow?: boolean;
  /** How times are written, those of rows and messages alike. Default ISO 8601 with `Z`. */
  times?: 'null' | 'missing' | 'naive' | 'nanoseconds' | 'zero';
  /** Field names in the other case than the document's. */
  otherCase?: boolean;
  /** How a wrong token is refused. Default: HTTP 401 before the handshake. */
  refusal?: 'http 401' | 'http 403' | 1008 | 4001;
  /** A user is locked out for so long after ten connects within a minute, milliseconds. */
  lockoutMs?: number;
  /** The server's own heartbeat. Default: none. */
  heartbeat?: { readonly kind: 'json' | 'protocol'; readonly everyMs: number };
  /** A larger client frame closes with 1009, bytes. */
  maxClientFrameBytes?: number;
  /** The socket stays open and answers pings, but no event arrives. */
  deaf?: boolean;
  /** Every so many events one is sent again, after the one that follows it. */
  repeatsEvery?: number;
  /** Every so many events one is overtaken by the next. */
  reordersEvery?: number;
  /** The event of a request is sent before its response, so many milliseconds. */
  eventFirstMs?: number;
  /** `PATCH …/complete` toggles instead of completing. */
  completeToggles?: boolean;
  /** Requests that change something are answered without a row. */
  answersNothing?: boolean;
}

/** A server at its worst: all that field notes tell of and that a client has to live with at the same time. */
export const ROUGH: ServerQuirks = {
  joinsFrames: true,
  bareText: true,
  welcomes: true,
  times: 'naive',
  heartbeat: { kind: 'json', everyMs: 200 },
  repeatsEvery: 3,
  reordersEvery: 4,
  eventFirstMs: 20,
  refusal: 'http 403',
  maxClientFrameBytes: 512,
};
