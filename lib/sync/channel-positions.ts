import type { ChannelUpdate, Position } from '@/lib/protocol';

/** Where the data of each channel stands, taken from the news itself and only after it was applied. */
export class ChannelPositions {
  readonly #positions = new Map<string, Position>();

  /** @param channels Those that have to stand somewhere before the whole does. */
  constructor(readonly channels: readonly string[]) {}

  /** The data stands here by other means. */
  set(positions: Readonly<Record<string, Position>>): void {
    for (const [channel, position] of Object.entries(positions)) this.#positions.set(channel, position);
  }

  /** Takes note of news; call it after the news was applied. */
  receive(update: ChannelUpdate): void {
    if (update.type === 'epoch') this.#positions.clear();
    else if (update.type === 'snapshot' || update.type === 'events') {
      this.#positions.set(update.channel, update.position);
    } else if (update.type === 'subscribed' && !update.recovered) this.#positions.delete(update.channel);
  }

  /** Where everything stands; `undefined` while a channel stands nowhere. */
  all(): Readonly<Record<string, Position>> | undefined {
    if (!this.channels.every((channel) => this.#positions.has(channel))) return undefined;
    return Object.fromEntries(this.#positions);
  }
}
