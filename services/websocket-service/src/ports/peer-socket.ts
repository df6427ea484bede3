/** The service's end of one WebSocket. Calls after the end do nothing. */
export interface PeerSocket {
  readonly isOpen: boolean;
  /** Bytes that wait for the network. */
  readonly queuedBytes: number;
  /** Queues one text frame; `onTaken` hears that the operating system has taken it, or that the socket ended. */
  send(frame: string | Buffer, onTaken: () => void): void;
  /** Queues one text frame; resolves `true` once the operating system has taken it, `false` when the socket ended. */
  sendAndDrain(frame: string | Buffer): Promise<boolean>;
  /** A protocol ping: every living peer answers it by itself. */
  ping(): void;
  /** Starts the closing handshake. */
  close(code: number, reason?: string): void;
  /** Drops the socket at once. */
  terminate(): void;
}

/** What a socket tells its owner. */
export interface PeerListener {
  /** A frame; `undefined` for a binary one. */
  onFrame(text: string | undefined): void;
  /** Any sign of life below the messages. */
  onPong(): void;
  /** The socket ended; called once. */
  onClose(code: number): void;
}
