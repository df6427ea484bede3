import { type Channel, userChannel } from '@/lib/protocol';

/** May this user read the channel? Everybody reads their own inbox, nobody else's ([AU14]). */
export async function mayRead(userId: string, channel: Channel): Promise<boolean> {
  return channel === userChannel(userId);
}
