import { browserEnvironment, type Environment } from '@/lib/websocket/environment';
import { type ScheduleTurn, scheduleByMessage } from './turn-batcher';

/** Everything of the outside world that a session uses, so that tests can hold time and chance in their hands. */
export interface SessionEnvironment extends Pick<Environment, 'now' | 'random' | 'setTimer'> {
  readonly scheduleTurn: ScheduleTurn;
}

/** The real world. */
export const browserSessionEnvironment: SessionEnvironment = {
  now: browserEnvironment.now,
  random: browserEnvironment.random,
  setTimer: browserEnvironment.setTimer,
  scheduleTurn: scheduleByMessage,
};
