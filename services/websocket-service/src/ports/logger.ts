/** Structured log lines: facts first, then a sentence. Tokens are never among the facts. */
export interface Logger {
  debug(facts: object, message: string): void;
  info(facts: object, message: string): void;
  warn(facts: object, message: string): void;
  error(facts: object, message: string): void;
  /** Are lines of this level written? Always, where a logger does not say. It stays so as long as the logger lives. */
  isLevelEnabled?(level: string): boolean;
}

/** Writes nothing. */
export const silentLogger: Logger = { debug: ignore, info: ignore, warn: ignore, error: ignore };

function ignore(): void {}
