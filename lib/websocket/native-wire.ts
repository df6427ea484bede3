import type { ClientMessage } from '@/lib/protocol/native/client-message';
import { isServerMessage, type ServerMessage } from '@/lib/protocol/native/server-message';
import { MAX_HELLO_CHANNELS, SUBPROTOCOL } from '@/lib/protocol/native/version';
import { isRecord, type Task } from '@/lib/protocol/task';
import { ChannelSet } from './channel-set';
import { HEARTBEAT, Heartbeat } from './heartbeat';
import type { Link } from './link';
import { TokenRefresh } from './token-refresh';
import type { TokenSource } from './token-source';
import type { Wire, WireHost } from './wire';

/** The native protocol `taskwire.v1`: says hello, keeps a cursor per channel and answers the server's heartbeat. */
export class NativeWire<T extends Task = Task> implements Wire {
  readonly protocols = [SUBPROTOCOL];
  readonly channels: ChannelSet<T>;
  #link: Link | undefined;
  #heartbeat: Heartbeat | undefined;
  #refresh: TokenRefresh | undefined;

  constructor(
    readonly url: string,
    readonly clientId: string,
    readonly host: WireHost<T>,
    readonly tokens: TokenSource,
  ) {
    this.channels = new ChannelSet(host, (message) => this.#send(message));
  }

  open(link: Link, token: string): void {
    const { clientId, host } = this;
    const channels = this.channels.greet(link, MAX_HELLO_CHANNELS);
    this.#link = link;
    this.#refresh = new TokenRefresh(link, host, this.tokens, (fresh) => this.#send({ type: 'auth', token: fresh }));
    this.#heartbeat = new Heartbeat(link, host.now, HEARTBEAT, () => this.#send({ type: 'ping' }), host.silent);
    this.#send({ type: 'hello', token, clientId, channels });
  }

  close(): void {
    this.#heartbeat = undefined;
    this.channels.close();
  }

  wake(): void {
    this.#heartbeat?.probe();
  }

  receive(text: string): void {
    this.#heartbeat?.heard();
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      // Falls through as `undefined`, which is no message.
    }
    if (isRecord(value) && 'seq' in value) this.channels.take([value]);
    else if (isServerMessage(value)) this.#take(value as ServerMessage<T>);
    else this.host.poison('not a message of this protocol', value ?? text);
  }

  #take(message: ServerMessage<T>): void {
    switch (message.type) {
      case 'welcome':
        this.#refresh?.serverTime(message.serverTime);
        this.#refresh?.schedule(message.expiresAt);
        this.host.acknowledged();
        if (this.#link && !this.#link.orphaned) this.channels.open(this.#link);
        break;
      case 'subscribed':
        this.channels.subscribed(message);
        break;
      case 'snapshot':
        this.channels.snapshot(message);
        break;
      case 'batch':
        this.channels.take(message.events);
        break;
      case 'ping':
        this.#send({ type: 'pong' });
        this.channels.acknowledge();
        this.channels.heads(message.heads ?? {});
        break;
      case 'auth_ok':
        this.#refresh?.schedule(message.expiresAt);
        break;
      case 'auth_expiring':
        this.#refresh?.renew();
        break;
      case 'error':
        this.host.report(`The server reports ${message.code}: ${message.message}`, message);
        break;
    }
  }

  #send(message: ClientMessage): void {
    this.host.send(JSON.stringify(message));
  }
}
