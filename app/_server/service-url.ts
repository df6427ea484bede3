/**
 * Where this server finds the service's HTTP API, without a slash at its end: `SERVICE_URL`, else the host of
 * `NEXT_PUBLIC_WEBSOCKET_URL`, else `http://127.0.0.1:<SERVICE_PORT, or 8005>`.
 *
 * @throws TypeError naming the variable that is no address.
 */
export function serviceUrlOf(env: Readonly<Record<string, string | undefined>>): string {
  const { SERVICE_URL, NEXT_PUBLIC_WEBSOCKET_URL, SERVICE_PORT } = env;
  if (SERVICE_URL) {
    const { href } = addressOf('SERVICE_URL', SERVICE_URL, ['http:', 'https:']);
    return href.replace(/\/+$/, '');
  }
  if (NEXT_PUBLIC_WEBSOCKET_URL) {
    const { protocol, host } = addressOf('NEXT_PUBLIC_WEBSOCKET_URL', NEXT_PUBLIC_WEBSOCKET_URL, ['ws:', 'wss:']);
    return `${protocol === 'wss:' ? 'https:' : 'http:'}//${host}`;
  }
  return `http://127.0.0.1:${SERVICE_PORT || '8005'}`;
}

function addressOf(name: string, text: string, protocols: readonly string[]): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url !== undefined && protocols.includes(url.protocol)) return url;
  throw new TypeError(`${name} is "${text}": set it to an address that begins with ${protocols.join('// or ')}//.`);
}
