import type { ConnectionSource, Undo } from '@/lib/protocol/connection-source';

/** A connection that nobody uses any more is kept this long, so that a remount finds it again; milliseconds. */
export const LINGER_MS = 2_000;

/** A source that the registry makes and ends. */
export interface OwnedSource extends ConnectionSource {
  dispose(): void;
}

/** What is known under one key: who provides the connection and who uses it. */
interface Place {
  /** Registered from outside; the last one counts. */
  readonly registered: ConnectionSource[];
  /** Made here, because nobody registered one. */
  own?: OwnedSource | undefined;
  create?: () => OwnedSource;
  /** Each user's call for a change of the source. */
  readonly users: Set<() => void>;
  timer?: ReturnType<typeof setTimeout>;
}

const places = new Map<string, Place>();

/** Equal address and user share one connection. */
export function sourceKey(url: string, userId: string): string {
  return `${url} ${userId}`;
}

/** The source that stands under a key now. */
export function findSource(key: string): ConnectionSource | undefined {
  const place = places.get(key);
  return place?.registered.at(-1) ?? place?.own;
}

/**
 * Offers a connection to every `useWebSocket` of this key ([RX4]). It wins over one that a hook made for itself, which
 * ends at once. After the undo the hooks wait for the linger before they make one of their own. Never ends the source.
 */
export function registerSource(key: string, source: ConnectionSource): Undo {
  const place = placeAt(key);
  place.registered.push(source);
  settle(key, place);
  return () => {
    const index = place.registered.lastIndexOf(source);
    if (index < 0) return;
    place.registered.splice(index, 1);
    announce(place);
    settleIn(LINGER_MS, key, place);
  };
}

/**
 * Uses the connection of a key. Where nobody has registered one by the end of the tick, `create` makes one, which is then
 * connected; when its last user is gone it ends after the linger, or as soon as another key is used ([RX2], [RX3]).
 *
 * @param onChange Called whenever another source may stand under the key.
 */
export function acquireSource(key: string, create: () => OwnedSource, onChange: () => void): Undo {
  releaseUnused(key);
  const place = placeAt(key);
  const user = () => onChange();
  place.create = create;
  place.users.add(user);
  settleIn(0, key, place);
  return () => {
    place.users.delete(user);
    if (place.users.size === 0) settleIn(LINGER_MS, key, place);
  };
}

/** Ends what only lingers, except under this key: the next user must not share a moment with it. */
export function releaseUnused(exceptKey?: string): void {
  for (const [key, place] of places) if (key !== exceptKey && place.users.size === 0) settle(key, place);
}

function placeAt(key: string): Place {
  const place = places.get(key) ?? { registered: [], users: new Set() };
  places.set(key, place);
  return place;
}

function settleIn(ms: number, key: string, place: Place): void {
  clearTimeout(place.timer);
  place.timer = setTimeout(settle, ms, key, place);
}

/** Makes what stands under a key agree with who registered and who uses it. */
function settle(key: string, place: Place): void {
  clearTimeout(place.timer);
  const { own, create } = place;
  const isWanted = place.users.size > 0 && place.registered.length === 0;
  if (!isWanted) place.own = undefined;
  else place.own ??= create?.();
  if (own !== place.own) own?.dispose();
  if (place.users.size === 0 && place.registered.length === 0) places.delete(key);
  announce(place);
  if (own !== place.own) place.own?.connect();
}

function announce(place: Place): void {
  for (const user of [...place.users]) user();
}
