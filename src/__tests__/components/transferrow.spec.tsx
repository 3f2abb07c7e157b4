import * as React from 'react';
import { act } from 'react';

import type { Transfer } from '../../api/schema';
import { TransferRow } from '../../components/transferrow';
import { draw, find, host, setUpPage } from '../support/page';
import { aTask, aTransfer, loginAction, trans } from '../support/things';

setUpPage();

describe('TransferRow', () => {
  const callbacks = {
    onCancel: jest.fn(),
    onRetry: jest.fn(),
    onSaveReceipt: jest.fn(),
    onForget: jest.fn(),
    onDeleteLeftovers: jest.fn(),
    onLogIn: jest.fn(),
    onMenu: jest.fn()
  };

  function draws(transfer: Transfer, isStale = false): void {
    draw(
      <TransferRow
        transfer={transfer}
        error={null}
        isBusy={false}
        isStale={isStale}
        callbacks={callbacks}
        trans={trans}
      />
    );
  }

  it('says when a transfer ended', () => {
    jest.useFakeTimers().setSystemTime(1_700_000_150_000);
    draws(
      aTransfer('a', {
        state: 'succeeded',
        tasks: [aTask({ state: 'succeeded', completed_at: 1_700_000_000 })]
      })
    );
    expect(host.textContent).toContain('2 min ago');
    expect(host.textContent).toContain('Completed');
    expect(host.querySelector('[role="progressbar"]')).toBeNull();
  });

  it('shows no progress while the server cannot be reached', () => {
    draws(aTransfer('a'));
    expect(host.querySelector('[role="progressbar"]')).not.toBeNull();
    expect(host.textContent).toContain('25%');
    draws(aTransfer('a'), true);
    expect(host.querySelector('[role="progressbar"]')).toBeNull();
    expect(host.textContent).not.toContain('%');
    expect(host.textContent).toContain('Unknown');
  });

  it('says why a transfer failed, and offers to retry it', () => {
    draws(
      aTransfer('a', { state: 'failed', tasks: [aTask({ reason: 'Full.' })] })
    );
    expect(host.textContent).toContain('Full.');
    act(() => find('button', 'Retry').click());
    expect(callbacks.onRetry).toHaveBeenCalled();
  });

  it('offers the login that a waiting task needs', () => {
    const tasks = [aTask({ is_stuck: true, login: loginAction })];
    draws(aTransfer('a', { tasks }));
    act(() => find('button', 'Log in to continue').click());
    expect(callbacks.onLogIn.mock.lastCall?.[0]).toBe(loginAction);
  });

  it('shows its details on demand', () => {
    draws(aTransfer('a'));
    act(() => find('button', 'Actions for tacos/avocados:latest').click());
    const [, anchor, details] = callbacks.onMenu.mock.lastCall as [
      Transfer,
      HTMLElement,
      { isShown: boolean; onToggle: () => void }
    ];
    expect(anchor.tagName).toBe('BUTTON');
    expect(details.isShown).toBe(false);
    expect(host.textContent).not.toContain('Submitted');
    act(() => details.onToggle());
    expect(host.textContent).toContain('Submitted');
  });
});
