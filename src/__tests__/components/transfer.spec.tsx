import * as React from 'react';

import { TransferView } from '../../components/transfer';
import { host, draw, find, click, setUpPage } from '../support/page';
import { aTransfer, aTask, trans, loginAction } from '../support/things';

const HOSTILE = '<img src=x onerror="alert(1)">';

setUpPage();

describe('TransferView', () => {
  const callbacks = {
    onCancel: jest.fn(),
    onRetry: jest.fn(),
    onSaveReceipt: jest.fn(),
    onForget: jest.fn(),
    onDeleteLeftovers: jest.fn(),
    onLogIn: jest.fn()
  };

  function draws(transfer: ReturnType<typeof aTransfer>, canAct = true): void {
    draw(
      <TransferView
        transfer={transfer}
        error={null}
        isBusy={false}
        callbacks={canAct ? callbacks : null}
        trans={trans}
      />
    );
  }

  it('has a progress bar with its value, and a way to cancel', () => {
    draws(aTransfer('a'));
    const bar = host.querySelector('[role="progressbar"]');
    expect(bar?.getAttribute('aria-valuenow')).toBe('25');
    expect(bar?.getAttribute('aria-label')).toContain('tacos/avocados:latest');
    click('button', 'Cancel');
    expect(callbacks.onCancel).toHaveBeenCalled();
  });

  it('has no value if the size is unknown', () => {
    draws(aTransfer('a', { tasks: [aTask({ bytes_total: null })] }));
    const bar = host.querySelector('[role="progressbar"]');
    expect(bar?.hasAttribute('aria-valuenow')).toBe(false);
  });

  it('links to the task in a new tab, and never to a script', () => {
    draws(aTransfer('a'));
    const link = find('a', 'Open in Globus') as HTMLAnchorElement;
    expect(link.target).toBe('_blank');
    expect(link.rel).toContain('noopener');
    draws(
      aTransfer('a', { tasks: [aTask({ view_url: 'javascript:alert(1)' })] })
    );
    expect(host.querySelector('a')).toBeNull();
  });

  it('says why a transfer failed, and offers to retry it', () => {
    draws(
      aTransfer('a', { state: 'failed', tasks: [aTask({ reason: HOSTILE })] })
    );
    expect(host.textContent).toContain(HOSTILE);
    expect(host.querySelector('img')).toBeNull();
    click('button', 'Retry');
    expect(callbacks.onRetry).toHaveBeenCalled();
  });

  it('sends a completed transfer again, and saves its receipt', () => {
    draws(aTransfer('a'));
    expect(host.textContent).not.toContain('Save receipt');
    draws(aTransfer('a', { state: 'succeeded' }));
    click('button', 'Send again');
    expect(callbacks.onRetry).toHaveBeenCalled();
    click('button', 'Save receipt');
    expect(callbacks.onSaveReceipt).toHaveBeenCalled();
  });

  it('distinguishes verified arrivals from those that differ', () => {
    const arrival = (isVerified: boolean | null, digest: string | null) =>
      aTransfer('a', {
        state: 'succeeded',
        tasks: [
          aTask({
            state: 'succeeded',
            arrivals: [
              {
                destination_path: '/scratch/avocados_latest.sif',
                digest,
                size_bytes: 100,
                is_verified: isVerified,
                note: '',
                proof: 'globus'
              }
            ]
          })
        ]
      });
    draws(arrival(true, 'sha256:01'));
    expect(host.textContent).toContain('checksum verified');
    draws(arrival(false, 'sha256:01'));
    expect(host.textContent).toContain('checksum differs');
    expect(host.textContent).not.toContain('verified');
    draws(arrival(null, 'sha256:01'));
    expect(host.textContent).toContain('verified by Globus');
    draws(arrival(null, null));
    expect(host.textContent).not.toContain('verified');
  });

  it('offers the login that a waiting task needs', () => {
    const tasks = [aTask({ is_stuck: true, login: loginAction })];
    draws(aTransfer('a', { tasks }));
    click('button', 'Log in to continue');
    expect(callbacks.onLogIn.mock.lastCall?.[0]).toBe(loginAction);
    draws(aTransfer('a', { tasks, state: 'canceled' }));
    expect(host.textContent).not.toContain('Log in');
  });

  it('has no buttons in an output without callbacks', () => {
    const tasks = [aTask({ is_stuck: true, login: loginAction })];
    draws(aTransfer('a', { tasks }), false);
    expect(host.querySelector('button')).toBeNull();
  });
});
