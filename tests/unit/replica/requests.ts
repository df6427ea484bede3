import type { MutationAnswer } from '@/lib/protocol';
import type { Flight } from '@/tests/unit/sync/fixtures';

/** A request: carried out at one moment, answered at a later one. */
export interface Request {
  readonly flight: Flight;
  answer?: MutationAnswer;
}

/** The requests of one page that are under way; which one a step is about, its index says. */
export class Requests {
  readonly #underWay: Request[] = [];

  get size(): number {
    return this.#underWay.length;
  }

  /** Takes note of the requests that left. */
  collect(flights: Flight[]): void {
    for (const flight of flights.splice(0)) this.#underWay.push({ flight });
  }

  /** The service carries a request out. */
  serve(index: number, answer: (mutation: Flight['mutation']) => MutationAnswer): void {
    const open = this.#underWay.filter((request) => request.answer === undefined);
    const request = open[index % Math.max(1, open.length)];
    if (request !== undefined) request.answer = answer(request.flight.mutation);
  }

  /** Ends a request: one that was carried out, or any whose answer `isLost`; `undefined` where there is none. */
  end(index: number, isLost: boolean): Request | undefined {
    const open = this.#underWay.filter(({ answer }) => isLost || answer !== undefined);
    const request = open[index % Math.max(1, open.length)];
    if (request !== undefined) this.#underWay.splice(this.#underWay.indexOf(request), 1);
    return request;
  }
}
