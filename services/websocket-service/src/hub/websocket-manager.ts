/** Stands among the subscriptions for all of a user's tasks. */
export const ALL_TASKS = 'ALL';

/** Seed 002's record of one connection. */
export interface WebSocketConnection {
  /** Unique. */
  readonly id: string;
  readonly userId: string;
  readonly connectedAt: Date;
  /** When the peer last gave a sign of life. */
  lastActivity: Date;
  /** The ids of the tasks that the client wants to hear of, or {@link ALL_TASKS}; empty at first. */
  readonly subscriptions: Set<string>;
}

/** Seed 002's registry: who is connected, with what subscriptions. The sessions keep their records up to date. */
export class WebSocketManager {
  readonly #byUser = new Map<string, WebSocketConnection[]>();

  /** Registers a connection. */
  addConnection(connection: WebSocketConnection): void {
    const ofUser = this.#byUser.get(connection.userId);
    if (ofUser === undefined) this.#byUser.set(connection.userId, [connection]);
    else ofUser.push(connection);
  }

  /** Forgets a connection. @returns whether it was known. */
  removeConnection(connectionId: string): boolean {
    for (const [userId, ofUser] of this.#byUser) {
      const index = ofUser.findIndex(({ id }) => id === connectionId);
      if (index === -1) continue;
      ofUser.splice(index, 1);
      if (ofUser.length === 0) this.#byUser.delete(userId);
      return true;
    }
    return false;
  }

  /** The connections of a user, oldest first. */
  getUserConnections(userId: string): readonly WebSocketConnection[] {
    return [...(this.#byUser.get(userId) ?? [])];
  }
}
