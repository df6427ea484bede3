import { projectChannel, userChannel } from '@/lib/protocol';
import type { SessionContext } from '@/messages/session-context';
import type { Clock, Undo } from '@/ports/clock';
import type { VerifyToken } from '@/ports/identity';
import type { Endpoint } from './endpoint';

/** Who is about to be accepted. */
export interface Newcomer {
  readonly endpoint: Endpoint;
  readonly token: string;
}

/**
 * Resolves when everything that is committed from now on will reach this reader; `undefined` when that can't be had at the
 * moment. The undo ends what was put in place for it. Who has no good token is not waited for: the session refuses them.
 */
export type PlaceReader = (newcomer: Newcomer) => Promise<Undo | undefined>;

/** What placing works with. */
export interface PlaceReaderContext extends Pick<SessionContext, 'subscribe' | 'standing'> {
  readonly recognise: VerifyToken;
  readonly clock: Clock;
  /** How long a reader may wait for its place, milliseconds. */
  readonly maxWaitMs: number;
}

const NOTHING: Undo = () => {};

/**
 * Where several replicas write, a channel's follower has to look up first where the channel stands: what another replica
 * commits before that look is past for it. A client without positions fetches its list as soon as its socket is open, so
 * the socket opens after the look ([SV149]).
 */
export function createPlaceReader(context: PlaceReaderContext): PlaceReader {
  const { recognise, subscribe, standing, clock, maxWaitMs } = context;
  return async ({ endpoint: { projectId }, token }) => {
    const identity = await recognise(token).catch(() => undefined);
    if (identity === undefined) return NOTHING;
    const channel = projectId === undefined ? userChannel(identity.userId) : projectChannel(projectId);
    // It keeps the channel followed until the session listens, and as long as the socket: it hears nothing and costs an entry.
    const leave = subscribe(channel, { hears: 'removals', receive: NOTHING });
    let cancel: Undo = NOTHING;
    const late = new Promise<boolean>((resolve) => {
      cancel = clock.after(maxWaitMs, () => resolve(false));
    });
    const isPlaced = await Promise.race([standing(channel).then(() => true), late]);
    cancel();
    if (isPlaced) return leave;
    leave();
    return undefined;
  };
}
