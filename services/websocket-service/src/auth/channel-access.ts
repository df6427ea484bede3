import { type Channel, userChannel } from '@/lib/protocol';

/** May this user read the channel? */
export type MayRead = (userId: string, channel: Channel) => Promise<boolean>;

const PROJECT = 'project:';

/**
 * Decides who reads which channel: everybody their own inbox, nobody else's ([AU14]); a project, whoever belongs to it
 * ([SV65]).
 */
export function createChannelAccess(isMember: (userId: string, projectId: string) => Promise<boolean>): MayRead {
  return async (userId, channel) =>
    channel.startsWith(PROJECT) ? isMember(userId, channel.slice(PROJECT.length)) : channel === userChannel(userId);
}
