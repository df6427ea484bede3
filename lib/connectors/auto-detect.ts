import {
  type DecodedFrame,
  type Dialect,
  type ForeignConnector,
  realTimeSync,
  syncService,
  type Task,
  taskmd,
  taskUpdate,
  todo,
} from '@/lib/protocol';
import { frameValues } from '@/lib/protocol/dialects/frame-values';
import { defineConnector } from './define-connector';
import { type ForeignOptions, foreignPlan } from './foreign-options';

const DIALECTS = [syncService, taskUpdate, realTimeSync, taskmd, todo] as const;

/** Options of {@link autoDetect}. */
export interface AutoDetectOptions extends ForeignOptions {
  /** Hears, once per connector, which dialect it was that came first. */
  readonly onDetected?: (dialect: Dialect['name']) => void;
}

/**
 * A connector for a server of which nobody knows the dialect: the first message that only one of the five can have sent
 * decides. A message of another dialect afterwards is skipped, with a reason that names both ([DI54]).
 */
export function autoDetect<T extends Task = Task>({ onDetected, ...options }: AutoDetectOptions): ForeignConnector<T> {
  const { auth, ...plan } = foreignPlan(options, (userId) => `/ws/${encodeURIComponent(userId)}`);
  let found: Dialect | undefined;
  const decode = <E extends Task>(frame: unknown): DecodedFrame<E> => {
    const parts = frameValues(frame).map((value): DecodedFrame<E> => {
      const its = DIALECTS.find((dialect) => dialect.recognises(value));
      if (its !== undefined && found === undefined) {
        found = its;
        onDetected?.(its.name);
      }
      if (its !== undefined && its !== found) {
        const reason = `a mixed stream: a message of ${its.name} among those of ${found?.name}`;
        return { events: [], controls: [], skipped: [reason] };
      }
      return (found ?? taskUpdate).decode<E>(value);
    });
    return {
      events: parts.flatMap(({ events }) => events),
      controls: parts.flatMap(({ controls }) => controls),
      skipped: parts.flatMap(({ skipped }) => skipped),
    };
  };
  return defineConnector<T>({
    ...plan,
    name: 'auto-detect',
    dialect: {
      decode,
      decodeRow: (row) => (found ?? rowDialectOf(row)).decodeRow(row),
      encodeRow: (fields) => (found ?? taskUpdate).encodeRow(fields),
    },
    socket: { auth },
  });
}

/** Rows may come before the first message; one with a markdown body is TaskMD's, the others are read alike. */
function rowDialectOf(row: object): Dialect {
  return 'markdown_body' in row ? taskmd : taskUpdate;
}
