/** Where the socket is when nobody says so: a service on this machine. */
export const DEFAULT_WEBSOCKET_URL = 'ws://localhost:8005/ws';

/** The socket's address from `NEXT_PUBLIC_WEBSOCKET_URL`, else, also where that is empty, {@link DEFAULT_WEBSOCKET_URL}. */
export function defaultSocketUrl(): string {
  try {
    // Bundlers replace exactly this expression; where nobody did, there may be no `process` at all.
    return process.env.NEXT_PUBLIC_WEBSOCKET_URL || DEFAULT_WEBSOCKET_URL;
  } catch {
    return DEFAULT_WEBSOCKET_URL;
  }
}
