import type { ChannelUpdate } from '@/lib/protocol';

/** Knows which channels have not caught up since the connection was made ([NT4]). */
export class CatchUp {
  /** The seq that each channel still has to reach. */
  readonly #behind = new Map<string, number>();

  /** Has every channel caught up? */
  get isComplete(): boolean {
    return this.#behind.size === 0;
  }

  /** The connection is gone: every channel may miss something from now on. */
  reset(channels: readonly string[]): void {
    this.#behind.clear();
    for (const channel of channels) this.#behind.set(channel, Number.POSITIVE_INFINITY);
  }

  /** Takes note of news; call it after the news was applied. */
  receive(update: ChannelUpdate): void {
    if (update.type === 'subscribed') {
      const isCurrent = update.recovered && update.replayed === 0;
      if (isCurrent) this.#behind.delete(update.channel);
      else this.#behind.set(update.channel, update.recovered ? update.position.seq : Number.POSITIVE_INFINITY);
    } else if (update.type === 'snapshot') {
      this.#behind.delete(update.channel);
    } else if (update.type === 'events' && update.position.seq >= (this.#behind.get(update.channel) ?? 0)) {
      this.#behind.delete(update.channel);
    }
  }

  /** A channel's tasks were read by other means. */
  complete(channel: string): void {
    this.#behind.delete(channel);
  }
}
