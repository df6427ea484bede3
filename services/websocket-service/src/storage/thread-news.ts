import type { LoggedEvent } from '@/ports/event-log';
import {
  type Answers,
  type Committed,
  type FromThread,
  rowOfLogged,
  type ThreadNews,
  type Written,
} from './thread-messages';

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

/**
 * Makes the news of a thread; neighbours of one kind travel as one item, which crosses quicker. They leave when the running
 * callback and the promises that it settled are done.
 */
export function createNews(post: (news: FromThread) => void): News {
  let news: ThreadNews[] = [];
  let answers: Answers = ['answers'];
  let written: Written = ['written'];
  let committed: Committed = ['committed'];

  const flush = (): void => {
    post(news);
    news = [];
  };
  const tell = (item: ThreadNews): void => {
    if (news.length === 0) process.nextTick(flush);
    news.push(item);
  };

  return {
    tell,
    answer(id, value) {
      if (news.at(-1) !== answers) {
        answers = ['answers'];
        tell(answers);
      }
      answers.push([id, value]);
    },
    written(seconds) {
      if (news.at(-1) !== written) {
        written = ['written'];
        tell(written);
      }
      written.push(seconds);
    },
    committed(events) {
      if (news.at(-1) !== committed) {
        committed = ['committed'];
        tell(committed);
      }
      for (const event of events) committed.push(rowOfLogged(event));
    },
  };
}
