/**
 * The origin of the HTTP API beside a socket: `https://host:port` for `wss://host:port/…` ([RX45]).
 *
 * @throws TypeError that says the cure, for what is no socket's address.
 */
export function httpOriginOf(socketUrl: string): string {
  const [, tls, host] = /^ws(s?):\/\/([^/?#]+)/i.exec(socketUrl) ?? [];
  if (host === undefined) {
    const cure = 'Set NEXT_PUBLIC_WEBSOCKET_URL, or `url`, to one such as ws://localhost:8005/ws.';
    throw new TypeError(`"${socketUrl}" is no ws:// or wss:// address. ${cure}`);
  }
  return `http${tls}://${host}`;
}
