import type { User } from './api';
import { startTestService, type TestService, type TestServiceOptions } from './test-service';

/** A service with three people who are signed in and know nothing of each other. */
export interface ServiceWithPeople {
  readonly service: TestService;
  readonly ada: User;
  readonly bob: User;
  readonly eve: User;
}

/** Starts a service, and signs them in. */
export async function startWithPeople(options: TestServiceOptions = {}): Promise<ServiceWithPeople> {
  const service = await startTestService(options);
  const [ada, bob, eve] = [await service.signIn('Ada'), await service.signIn('Bob'), await service.signIn('Eve')];
  return { service, ada, bob, eve };
}
