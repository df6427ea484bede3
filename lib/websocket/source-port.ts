import type { ConnectionSource, ConnectionState, Undo } from '@/lib/protocol/connection-source';
import type { TaskMessage } from '@/lib/protocol/dialects/task-update';
import type { Task } from '@/lib/protocol/task';
import { acquireSource, findSource, releaseUnused, sourceKey } from './connection-registry';
import { IDLE } from './connection-state';
import { Listeners } from './listeners';
import { WebSocketSyncClient } from './sync-client';

/** What one place of use has for one address and user: the two halves of `useSyncExternalStore`. */
export interface SourceView {
  readonly subscribe: (onChange: () => void) => Undo;
  readonly getSnapshot: () => ConnectionState;
}

/**
 * One component's end of the shared connection. Its functions stay the same for the component's life, and the listeners
 * that it added survive every change of the source, of the address and of the user ([RX5]).
 */
export class SourcePort<T extends Task = Task> {
  // Nobody else can hear what a component's own listener throws.
  readonly #listeners = new Listeners<TaskMessage<T>>((error) => reportError(error));
  #key: string | undefined;

  readonly addListener = (listener: (message: TaskMessage<T>) => void): Undo => this.#listeners.add(listener);
  readonly removeListener = (listener: (message: TaskMessage<T>) => void): void => this.#listeners.remove(listener);
  readonly connect = (): void => this.#source?.connect();
  readonly disconnect = (): void => this.#source?.disconnect();

  /** The view of an address and user; of nothing at all for no user. @param create Makes the client. Default: seed 001's. */
  view(
    url: string,
    userId: string | null,
    create: (userId: string) => WebSocketSyncClient = (user) => new WebSocketSyncClient(url, user),
  ): SourceView {
    if (userId === null) {
      return {
        subscribe: () => {
          releaseUnused();
          return () => {};
        },
        getSnapshot: () => IDLE,
      };
    }
    const key = sourceKey(url, userId);
    return {
      subscribe: (onChange) => this.#subscribe(key, () => create(userId), onChange),
      getSnapshot: () => findSource(key)?.getConnection() ?? IDLE,
    };
  }

  get #source(): ConnectionSource<T> | undefined {
    // The caller's T is a claim about the server's tasks, which no check at run time could settle.
    return this.#key === undefined ? undefined : (findSource(this.#key) as unknown as ConnectionSource<T> | undefined);
  }

  #subscribe(key: string, create: () => WebSocketSyncClient, onChange: () => void): Undo {
    this.#key = key;
    let attached: ConnectionSource<T> | undefined;
    let detach: Undo[] = [];
    const attach = () => {
      if (attached === this.#source) return;
      for (const undo of detach) undo();
      attached = this.#source;
      detach = attached
        ? [attached.subscribe(onChange), attached.addMessageListener((message) => this.#listeners.emit(message))]
        : [];
      onChange();
    };
    attach();
    const release = acquireSource(key, create, attach);
    return () => {
      release();
      for (const undo of detach) undo();
      this.#key = undefined;
    };
  }
}
