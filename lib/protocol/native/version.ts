/** The WebSocket subprotocol of the native protocol. A change of the wire that old peers can't read needs a new name. */
export const SUBPROTOCOL = 'taskwire.v1';

/** A client frame above this many bytes closes the socket with 1009. */
export const MAX_CLIENT_FRAME_BYTES = 16 * 1024;

/** No server frame is larger than this many bytes. */
export const MAX_SERVER_FRAME_BYTES = 256 * 1024;

/** A snapshot page ends at this many tasks. */
export const MAX_SNAPSHOT_TASKS = 500;

/** Channels in one `hello`; more go by `subscribe`. */
export const MAX_HELLO_CHANNELS = 32;

/** Without a `hello` after this many milliseconds the server closes with 4408. */
export const HELLO_DEADLINE_MS = 5_000;
