import { describe, expect, it } from 'vitest';
import { readOtherServer } from '@/app/_server/other-server';

describe('TASKWIRE_CONNECTOR', () => {
  it('is the service when it is unset', () => {
    expect(readOtherServer({})).toBeNull();
    expect(readOtherServer({ TASKWIRE_CONNECTOR: '' })).toBeNull();
  });

  it('names kind, address and project in one', () => {
    const env = {
      TASKWIRE_CONNECTOR: ' taskmd  https://tasks.example/ my-list',
      TASKWIRE_TOKEN: 't',
      TASKWIRE_USER: 'ada',
    };
    expect(readOtherServer(env)).toEqual({
      kind: 'taskmd',
      baseUrl: 'https://tasks.example',
      projectId: 'my-list',
      userId: 'ada',
      token: 't',
    });
    expect(readOtherServer({ TASKWIRE_CONNECTOR: 'todo http://localhost:8000' })).toMatchObject({
      kind: 'todo',
      baseUrl: 'http://localhost:8000',
      userId: 'u1',
      token: undefined,
    });
  });

  it.each(['nonsense', 'todo', 'todo localhost:8000', 'todo ws://localhost:8000', 'asana http://localhost'])(
    'says what would be right: %s',
    (TASKWIRE_CONNECTOR) => {
      expect(() => readOtherServer({ TASKWIRE_CONNECTOR })).toThrow(/set it to one of sync-service, .* http:\/\//);
    },
  );
});
