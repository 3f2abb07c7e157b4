import { Notification } from '@jupyterlab/apputils';
import { Toasts } from '../../models/toasts';

const { manager } = Notification;

/** The messages of all notifications, after each change. */
function follow(): string[][] {
  const told: string[][] = [];
  manager.changed.connect(() =>
    told.push(manager.notifications.map(({ message }) => message))
  );
  return told;
}

describe('Toasts', () => {
  beforeEach(() => {
    jest.useFakeTimers();
    manager.dismiss();
  });

  afterEach(() => jest.useRealTimers());

  it('holds updates until the notification is drawn, and applies the last one', () => {
    const toasts = new Toasts(manager, 500);
    const told = follow();
    const id = toasts.notify('one', 'in-progress', {});
    expect(toasts.update({ id, message: 'two' })).toBe(true);
    expect(toasts.update({ id, message: 'three' })).toBe(true);
    jest.advanceTimersByTime(499);
    expect(told).toEqual([['one']]);
    jest.advanceTimersByTime(1);
    expect(told).toEqual([['one'], ['three']]);
    expect(toasts.update({ id, message: 'four' })).toBe(true);
    expect(told).toEqual([['one'], ['three'], ['four']]);
  });

  it('dismisses a notification that is being drawn once it is', () => {
    const toasts = new Toasts(manager, 500);
    const id = toasts.notify('one', 'in-progress', {});
    toasts.dismiss(id);
    jest.advanceTimersByTime(500);
    expect(manager.notifications).toEqual([]);
  });

  it('reports that a dismissed notification does not exist', () => {
    const toasts = new Toasts(manager, 500);
    const id = toasts.notify('one', 'in-progress', {});
    manager.dismiss(id);
    expect(toasts.update({ id, message: 'two' })).toBe(false);
    jest.advanceTimersByTime(500);
    expect(manager.notifications).toEqual([]);
  });
});
