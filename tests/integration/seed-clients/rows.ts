/** A task as a client of a seed keeps it: whatever fields its server sends. */
export interface Row {
  readonly id: string | number;
  readonly title?: string;
  readonly [field: string]: unknown;
}

/** A client that was written from a seed document alone, without Taskwire's library. */
export interface SeedClient {
  /** The list that its user would see. */
  readonly tasks: readonly Row[];
  /** What the document's example would print of what came. */
  readonly heard: readonly string[];
  close(): void;
}
