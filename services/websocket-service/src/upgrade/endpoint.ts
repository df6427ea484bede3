/** What the address of an upgrade asks for. */
export interface Endpoint {
  /** The user ids of `/ws/:userId`, decoded, and of `?userId=`; empty ones count as absent. */
  readonly claimedUserIds: readonly string[];
  /** Does the path name a user? */
  readonly hasPathUser: boolean;
  /** The project of `/api/v1/projects/:projectId/ws`, decoded. */
  readonly projectId?: string;
  readonly query: URLSearchParams;
}

/** Reads the address of an upgrade; `undefined` where no socket is served. */
export function endpointOf(address: string | undefined): Endpoint | undefined {
  if (address?.includes('%00')) return undefined;
  const [path = '', ...query] = (address ?? '').split('?');
  const parameters = new URLSearchParams(query.join('?'));
  const queriedIds = parameters.getAll('userId').filter((id) => id !== '');
  const project = /^\/api\/v1\/projects\/([^/]+)\/ws\/?$/.exec(path)?.[1];
  if (project !== undefined) {
    return { query: parameters, claimedUserIds: queriedIds, hasPathUser: false, projectId: decoded(project) };
  }
  const match = /^\/ws(?:\/([^/]*)\/?)?$/.exec(path);
  if (match === null) return undefined;
  const pathId = decoded(match[1] ?? '');
  const hasPathUser = pathId !== '';
  return { query: parameters, claimedUserIds: hasPathUser ? [pathId, ...queriedIds] : queriedIds, hasPathUser };
}

function decoded(id: string): string {
  try {
    return decodeURIComponent(id);
  } catch {
    return id;
  }
}
