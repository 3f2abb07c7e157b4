import * as React from 'react';
import { act } from 'react';

import type { Identity } from '../../api/schema';
import { AccountView } from '../../components/account';
import { host, draw, find, setUpPage } from '../support/page';
import { anAccount, trans } from '../support/things';

setUpPage();

describe('AccountView', () => {
  const props = {
    error: null,
    login: { state: 'idle' as const },
    disconnected: null,
    disconnectError: null,
    isDisconnecting: false,
    setupHelp: 'Ask Grace to set client_id.',
    trans,
    onConnect: jest.fn(),
    onDisconnect: jest.fn(),
    onMenu: jest.fn(),
    onReload: jest.fn(),
    onSwitchToCode: jest.fn(),
    onSubmitCode: jest.fn(),
    onCancelLogin: jest.fn(),
    onTryAgain: jest.fn()
  };

  it('says what to configure, who can do it, and how to try without', () => {
    const account = anAccount({ state: 'not_configured', identity: null });
    draw(<AccountView {...props} account={account} />);
    expect(host.textContent).toContain('Ask Grace to set client_id.');
    expect(host.textContent).toContain('jupyter sregistry-globus demo');
    expect(host.querySelector('button')).toBeNull();
  });

  it('says that the administrator switched Globus off', () => {
    const account = anAccount({ state: 'disabled', identity: null });
    draw(<AccountView {...props} account={account} />);
    expect(host.textContent).toContain('administrator');
    expect(host.querySelector('button')).toBeNull();
  });

  it('says who is connected, and marks the sandbox', () => {
    draw(<AccountView {...props} account={anAccount({ is_sandbox: true })} />);
    expect(host.textContent).toContain('Ada');
    expect(host.textContent).toContain('Sandbox');
    const button = find('button', 'Globus account menu');
    act(() => button.click());
    expect(props.onMenu).toHaveBeenCalledWith(button);
  });

  it('says that it disconnects once the uploads have ended', () => {
    const text = 'Disconnects once the uploads have ended.';
    draw(<AccountView {...props} account={anAccount()} />);
    expect(host.textContent).not.toContain(text);
    draw(<AccountView {...props} isDisconnecting account={anAccount()} />);
    expect(host.textContent).toContain(text);
  });

  it('names linked identities in the tooltip', () => {
    const other: Identity = {
      id: 'hospital',
      name: 'Ada',
      email: '',
      username: 'ada@hospital.example',
      organization: 'Hospital'
    };
    const account = anAccount({ linked: [other], source: 'hub' });
    draw(<AccountView {...props} account={account} />);
    expect(
      host.querySelector('[title*="ada@hospital.example · Hospital"]')
    ).not.toBeNull();
  });
});
