/** What the address of an upgrade asks for. */
export interface Endpoint {
  /** The user id of `/ws/:userId`, decoded. */
  readonly pathUserId?: string;
  readonly query: URLSearchParams;
}

/** Reads the address of an upgrade; `undefined` where no socket is served. */
export function endpointOf(address: string | undefined): Endpoint | undefined {
  const [path = '', ...query] = (address ?? '').split('?');
  const match = /^\/ws(?:\/([^/]*))?$/.exec(path);
  if (match === null) return undefined;
  const id = match[1] ?? '';
  return { query: new URLSearchParams(query.join('?')), ...(id !== '' && { pathUserId: decoded(id) }) };
}

function decoded(id: string): string {
  try {
    return decodeURIComponent(id);
  } catch {
    return id;
  }
}
