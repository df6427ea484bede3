import { afterTurn, type ScheduleTurn } from '@/lib/replica';
import { browserEnvironment, type Environment } from '@/lib/websocket/environment';

/** Everything of the outside world that a session uses, so that tests can hold time and chance in their hands. */
export type SessionEnvironment = Pick<Environment, 'now' | 'random' | 'setTimer'> & {
  /** When what a person did in one go is over: only then it is sent. Default: at once. */
  readonly scheduleTurn?: ScheduleTurn;
  /** Calls whenever the machine or the page may just have come back, also where the socket lived through it. Default: never. */
  readonly onWake?: Environment['onWake'];
};

/** The real world. */
export const browserSessionEnvironment: SessionEnvironment = { ...browserEnvironment, scheduleTurn: afterTurn };
