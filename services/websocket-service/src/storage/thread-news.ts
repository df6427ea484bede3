import type { LoggedEvent } from '@/ports/event-log';
import type { FromThread, ThreadNews } from './thread-messages';

/** What a thread tells the service: in order, and all news of one turn in one message. */
export interface News {
  tell(item: ThreadNews): void;
  /** A call was answered. */
  answer(id: number, value: unknown): void;
  /** A write succeeded. */
  written(seconds: number): void;
  /** Events are durable; those of one commit are announced together. */
  committed(events: readonly LoggedEvent[]): void;
}

/** Makes the news of a thread; neighbours of one kind travel as one item, which crosses quicker. */
export function createNews(post: (news: FromThread) => void): News {
  let news: ThreadNews[] = [];
  let answers: (readonly [id: number, value: unknown])[] = [];
  let seconds: number[] = [];
  let events: LoggedEvent[] = [];

  const flush = (): void => {
    post(news);
    news = [];
  };
  const tell = (item: ThreadNews): void => {
    if (news.length === 0) setImmediate(flush);
    news.push(item);
  };
  const isLast = (kind: ThreadNews['kind']): boolean => news.at(-1)?.kind === kind;

  return {
    tell,
    answer(id, value) {
      if (!isLast('answers')) {
        answers = [];
        tell({ kind: 'answers', answers });
      }
      answers.push([id, value]);
    },
    written(ofWrite) {
      if (!isLast('written')) {
        seconds = [];
        tell({ kind: 'written', seconds });
      }
      seconds.push(ofWrite);
    },
    committed(ofCommit) {
      if (!isLast('committed')) {
        events = [];
        tell({ kind: 'committed', events });
      }
      events.push(...ofCommit);
    },
  };
}
