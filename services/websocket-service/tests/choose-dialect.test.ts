import { describe, expect, it } from 'vitest';
import { chooseDialect } from '@/upgrade/choose-dialect';
import { type Endpoint, endpointOf } from '@/upgrade/endpoint';

const at = (address: string): Endpoint => {
  const endpoint = endpointOf(address);
  if (endpoint === undefined) throw new Error(`${address} is served`);
  return endpoint;
};

describe('the dialect of an address', () => {
  it.each([
    ['/ws', undefined],
    ['/ws/ada', undefined],
    ['/ws/ada/', undefined],
    ['/ws?token=t', undefined],
    ['/ws?dialect=', undefined],
    ['/ws?userId=', undefined],
    ['/ws?userId=ada', 'real-time-sync'],
    ['/ws?userId=ada&token=t', 'real-time-sync'],
    ['/ws/?userId=ada', 'real-time-sync'],
    ['/ws/ada?userId=ada', undefined],
    ['/ws?dialect=task-update&userId=ada', 'task-update'],
    ['/ws?userId=ada&dialect=sync-service', 'sync-service'],
    ['/ws/ada?dialect=todo', 'todo'],
    ['/ws/ada?dialect=real-time-sync', 'real-time-sync'],
    ['/api/v1/projects/p/ws', 'taskmd'],
    ['/api/v1/projects/p/ws?userId=ada', 'taskmd'],
    ['/api/v1/projects/my%20project/ws?dialect=taskmd', 'taskmd'],
  ])('[SV131] is at %s: %s', (address, dialect) => {
    expect(chooseDialect(at(address))).toEqual({ dialect });
  });

  it.each([
    ['/ws?dialect=klingon'],
    ['/ws?dialect=taskmd'],
    ['/api/v1/projects/p/ws?dialect=todo'],
    ['/ws?dialect=__proto__'],
  ])('[SV33] is refused at %s, with a cure', (address) => {
    expect(chooseDialect(at(address))).toEqual({ cure: expect.stringMatching(/\w/) });
  });

  it.each([
    ['/'],
    ['/ws/a/b'],
    ['/api/v1/projects/ws'],
    ['/api/v1/projects//ws'],
    ['/api/v1/projects/p/ws/x'],
    [undefined],
  ])('[SV131] is none at %s, where no socket is served', (address) => {
    expect(endpointOf(address)).toBeUndefined();
  });

  it('[SV131] names the project and the users that the address claims', () => {
    expect(at('/api/v1/projects/my%20project/ws')).toMatchObject({ projectId: 'my project', claimedUserIds: [] });
    expect(at('/ws/ada%2F1?userId=eve')).toMatchObject({ hasPathUser: true, claimedUserIds: ['ada/1', 'eve'] });
  });
});
