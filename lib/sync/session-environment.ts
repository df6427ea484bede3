import { browserEnvironment, type Environment } from '@/lib/websocket/environment';

/** Everything of the outside world that a session uses, so that tests can hold time and chance in their hands. */
export type SessionEnvironment = Pick<Environment, 'now' | 'random' | 'setTimer'>;

/** The real world. */
export const browserSessionEnvironment: SessionEnvironment = browserEnvironment;
