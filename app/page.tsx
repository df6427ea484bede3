import { redirect } from 'next/navigation';
import { readSession } from './_server/session';

/** The front door: to the tasks, or to the login. */
export default async function HomePage(): Promise<never> {
  redirect((await readSession()) === null ? '/login' : '/tasks');
}
