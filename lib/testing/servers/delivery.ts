import type { ServerQuirks } from './server-quirks';
import type { ServerSocket } from './server-socket';

/** How long messages are gathered for one frame, and held back for the next to overtake them; milliseconds. */
const GATHER_MS = 10;

/** One connected client of a fixture server, with everything that may go wrong on the way to it. */
export class Delivery {
  #count = 0;
  #late: string[] = [];
  #frame: string[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param quirks Read anew for each message. */
  constructor(
    readonly socket: ServerSocket,
    readonly user: string,
    readonly quirks: ServerQuirks,
  ) {}

  /** Sends an event, unless this server is deaf. */
  event(text: string): void {
    if (this.quirks.deaf) return;
    this.#count += 1;
    const { repeatsEvery = 0, reordersEvery = 0 } = this.quirks;
    const late = this.#late.splice(0);
    const isOvertaken = reordersEvery > 0 && this.#count % reordersEvery === 0 && late.length === 0;
    if (isOvertaken) this.#late.push(text);
    else this.#queue(text);
    for (const each of late) this.#queue(each);
    if (repeatsEvery > 0 && this.#count % repeatsEvery === 0) this.#late.push(text);
    this.#later();
  }

  /** Sends something that is no event: never held back, never lost. */
  say(text: string): void {
    if (this.socket.readyState === this.socket.OPEN) this.socket.send(text);
  }

  /** The client is gone. */
  end(): void {
    clearTimeout(this.#timer);
  }

  #queue(text: string): void {
    if (this.quirks.joinsFrames) this.#frame.push(text);
    else this.say(text);
  }

  #later(): void {
    if (this.#late.length + this.#frame.length === 0) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      for (const text of this.#late.splice(0)) this.#queue(text);
      const frame = this.#frame.splice(0);
      if (frame.length > 0) this.say(frame.join('\n'));
    }, GATHER_MS);
  }
}
