/** What the address of an upgrade asks for. */
export interface Endpoint {
  /** The user ids of `/ws/:userId`, decoded, and of `?userId=`; empty ones count as absent. */
  readonly claimedUserIds: readonly string[];
  readonly query: URLSearchParams;
}

/** Reads the address of an upgrade; `undefined` where no socket is served. */
export function endpointOf(address: string | undefined): Endpoint | undefined {
  const [path = '', ...query] = (address ?? '').split('?');
  const match = /^\/ws(?:\/([^/]*))?$/.exec(path);
  if (match === null) return undefined;
  const parameters = new URLSearchParams(query.join('?'));
  const claims = [decoded(match[1] ?? ''), ...parameters.getAll('userId')];
  return { query: parameters, claimedUserIds: claims.filter((id) => id !== '') };
}

function decoded(id: string): string {
  try {
    return decodeURIComponent(id);
  } catch {
    return id;
  }
}
