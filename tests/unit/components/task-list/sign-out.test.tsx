// @vitest-environment jsdom
import { act, screen, waitFor } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import * as sync from '@/lib/sync';
import { useAuthStore } from '@/stores/auth-store';
import { useTaskStore } from '@/stores/task-store';
import type { TaskStoreState } from '@/stores/task-store-state';
import { button, leaveBoard, renderBoard } from './board';

vi.mock('@/lib/sync', async (original) => ({
  ...(await original<typeof sync>()),
  countUnsentChanges: vi.fn(async () => 0),
  forgetUser: vi.fn(async () => {}),
}));

const count = vi.mocked(sync.countUnsentChanges);
const forget = vi.mocked(sync.forgetUser);
const left: string[] = [];
let answer: () => Promise<Response>;

/** What a browser does with a modal dialog, as far as it matters here. */
function standIn(): void {
  HTMLDialogElement.prototype.showModal = function showModal() {
    this.open = true;
    this.querySelector<HTMLElement>('[autofocus], button')?.focus();
  };
  HTMLDialogElement.prototype.close = function close() {
    this.open = false;
  };
}

beforeEach(() => {
  standIn();
  answer = async () => Response.json({});
  vi.stubGlobal(
    'fetch',
    vi.fn(() => answer()),
  );
  vi.stubGlobal('location', { ...window.location, assign: (url: string) => left.push(url) });
  useAuthStore.getState().setUser({ id: 'u1', name: 'Ada' });
});

afterEach(() => {
  leaveBoard();
  vi.unstubAllGlobals();
  count.mockReset().mockResolvedValue(0);
  forget.mockReset().mockResolvedValue();
  left.length = 0;
});

const set = (state: Partial<TaskStoreState>) => act(() => useTaskStore.setState(state));
const kept = { device: { keeps: 'yes', problem: null, lastKnownAt: null } } as const;
const dialog = () => screen.queryByRole('dialog');

describe('signing out', () => {
  it('[OB27] ends the session, then deletes what is kept, then leaves, when everything is saved', async () => {
    const { user } = renderBoard();
    const order: string[] = [];
    answer = async () => {
      order.push('logout');
      return Response.json({});
    };
    forget.mockImplementation(async (id) => void order.push(`forget ${id}`));
    await user.click(button('Sign out'));
    await waitFor(() => expect(left).toEqual(['/login']));
    expect(order).toEqual(['logout', 'forget u1']);
    expect(fetch).toHaveBeenCalledWith('/api/logout', expect.objectContaining({ method: 'POST' }));
  });

  it('[OB27] asks when changes are unsent, those of other tabs too, and stays when told to', async () => {
    const { user } = renderBoard();
    set(kept);
    count.mockResolvedValue(3);
    await user.click(button('Sign out'));
    expect(await screen.findByRole('dialog', { name: '3 changes have not reached the service yet' })).toBeDefined();
    expect(document.activeElement).toBe(button('Stay signed in'));
    await user.click(button('Stay signed in'));
    expect(dialog()).toBeNull();
    expect([fetch, forget].map((each) => vi.mocked(each).mock.calls.length)).toEqual([0, 0]);
  });

  it('[OB27] loses them only by the button that says so', async () => {
    const { user } = renderBoard();
    set({ ...kept, waiting: 1 });
    await user.click(button('Sign out'));
    await user.click(await screen.findByRole('button', { name: 'Sign out and lose 1 change' }));
    await waitFor(() => expect(left).toEqual(['/login']));
    expect(forget).toHaveBeenCalledWith('u1');
  });

  it('[OB27] keeps them on this device when told to, where the device keeps anything', async () => {
    const { user } = renderBoard();
    set({ ...kept, waiting: 2 });
    await user.click(button('Sign out'));
    await user.click(await screen.findByRole('button', { name: 'Sign out and keep them here' }));
    await waitFor(() => expect(left).toEqual(['/login']));
    expect(forget).not.toHaveBeenCalled();
  });

  it('[OB27] offers no keeping where nothing is kept', async () => {
    const { user } = renderBoard();
    set({ device: { keeps: 'no', problem: null, lastKnownAt: null }, waiting: 2 });
    await user.click(button('Sign out'));
    await screen.findByRole('dialog');
    expect(screen.queryByRole('button', { name: /keep them here/ })).toBeNull();
    expect(screen.getByText(/in this page only/)).toBeDefined();
  });

  it('[OB27] says so when everything was sent meanwhile', async () => {
    const { user } = renderBoard();
    set({ ...kept, waiting: 1 });
    await user.click(button('Sign out'));
    await screen.findByRole('dialog');
    set({ waiting: 0 });
    expect(await screen.findByRole('dialog', { name: 'Everything is saved now' })).toBeDefined();
  });

  it('[OB27] deletes nothing and says so when the site cannot be reached', async () => {
    const { user } = renderBoard();
    answer = () => Promise.reject(new TypeError('network'));
    await user.click(button('Sign out'));
    expect((await screen.findByRole('alert')).textContent).toContain('still signed in');
    expect(forget).not.toHaveBeenCalled();
    expect(left).toEqual([]);
  });

  it('[OB27] says so when this device could not delete what it keeps', async () => {
    const { user } = renderBoard();
    forget.mockRejectedValue(new DOMException('no', 'UnknownError'));
    await user.click(button('Sign out'));
    expect((await screen.findByRole('alert')).textContent).toContain('could not delete');
    await user.click(button('Go on'));
    expect(left).toEqual(['/login']);
  });
});
