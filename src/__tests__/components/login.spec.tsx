import * as React from 'react';

import { LoginView } from '../../components/login';
import { host, draw, find, click, setUpPage } from '../support/page';
import { trans } from '../support/things';

setUpPage();

describe('LoginView', () => {
  const callbacks = {
    onSwitchToCode: jest.fn(),
    onSubmitCode: jest.fn(),
    onCancelLogin: jest.fn(),
    onTryAgain: jest.fn()
  };
  const waiting = {
    state: 'waiting' as const,
    started: {
      login_id: 'l',
      authorize_url: 'https://auth.globus.org/x',
      method: 'redirect' as const,
      expires_in_s: 600
    },
    isBlocked: false,
    isChecking: false,
    problem: null
  };

  it('says that the tab was blocked, and shows a link instead', () => {
    draw(
      <LoginView
        login={{ ...waiting, isBlocked: true }}
        trans={trans}
        {...callbacks}
      />
    );
    expect(host.textContent).toContain('blocked');
    const link = find('a', 'Open the Globus login page') as HTMLAnchorElement;
    expect(link.href).toBe('https://auth.globus.org/x');
    expect(link.rel).toContain('noopener');
    expect(link.target).toBe('_blank');
  });

  it('always offers to paste a code instead', () => {
    draw(<LoginView login={waiting} trans={trans} {...callbacks} />);
    click('button', 'Paste a code instead');
    expect(callbacks.onSwitchToCode).toHaveBeenCalledTimes(1);
  });
});
