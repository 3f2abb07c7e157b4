import * as React from 'react';
import { act } from 'react';
import type { Root } from 'react-dom/client';
import { createRoot } from 'react-dom/client';

import { plainError } from '../api/request';
import type { ErrorBody, Identity, LoginAction } from '../api/schema';
import { AccountView } from '../components/account';
import { EndpointList } from '../components/endpointlist';
import { FolderView } from '../components/folder';
import { ImageTree } from '../components/imagetree';
import { LoginView } from '../components/login';
import { ErrorNotice } from '../components/notice';
import { TransferView } from '../components/transfers';
import { Pages } from '../models/pages';
import type { Rows } from '../models/rows';
import { treeRows } from '../models/rows';
import { Selection } from '../models/selection';
import {
  aCollection,
  anAccount,
  anEndpoint,
  anImage,
  aRegistry,
  aTransfer,
  aTask,
  settle,
  trans
} from './support/things';

const HOSTILE = '<img src=x onerror="alert(1)">';

let root: Root;
let host: HTMLElement;

beforeAll(() => {
  (
    globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }
  ).IS_REACT_ACT_ENVIRONMENT = true;
  globalThis.ResizeObserver = class {
    observe(): void {
      /* nothing has a size here */
    }
    unobserve(): void {
      /* as above */
    }
    disconnect(): void {
      /* as above */
    }
  };
});

beforeEach(() => {
  host = document.createElement('div');
  document.body.appendChild(host);
  root = createRoot(host);
});

afterEach(() => {
  act(() => root.unmount());
  host.remove();
});

function draw(element: React.ReactElement): void {
  act(() => root.render(element));
}

/** By role and accessible name, as far as these views need it. */
function find(selector: string, name: string): HTMLElement {
  const found = [...host.querySelectorAll<HTMLElement>(selector)].find(
    node => (node.getAttribute('aria-label') ?? node.textContent) === name
  );
  if (found === undefined) {
    throw new Error(`no ${selector} called "${name}" in ${host.innerHTML}`);
  }
  return found;
}

function click(selector: string, name: string): void {
  act(() => find(selector, name).click());
}

function press(key: string, init: KeyboardEventInit = {}): void {
  act(() => {
    document.activeElement?.dispatchEvent(
      new KeyboardEvent('keydown', { key, bubbles: true, ...init })
    );
  });
}

const loginAction: LoginAction = {
  kind: 'login',
  required_scopes: ['x'],
  session_message: null,
  session_required_identities: [],
  session_required_single_domain: [],
  session_required_policies: [],
  session_required_mfa: false,
  prompt: null
};

describe('ErrorNotice', () => {
  const login: ErrorBody = {
    ...plainError('consent_required', 'Globus wants your consent.'),
    action: loginAction
  };

  it('logs in for what was asked, then does again what was refused', () => {
    const onLogIn = jest.fn();
    const onRetry = jest.fn();
    draw(
      <ErrorNotice
        error={login}
        trans={trans}
        onLogIn={onLogIn}
        onRetry={onRetry}
      />
    );
    click('button', 'Log in to continue');
    expect(onLogIn).toHaveBeenCalledWith(login.action, onRetry);
    expect(host.querySelectorAll('button')).toHaveLength(1);
  });

  it('is said aloud, and shows remote text as text', () => {
    draw(<ErrorNotice error={plainError('x', HOSTILE)} trans={trans} />);
    expect(host.querySelector('[role="alert"]')?.textContent).toContain(
      HOSTILE
    );
    expect(host.querySelector('img')).toBeNull();
  });

  it.each([
    ['choose_endpoint', 'Choose another endpoint', 'onChooseEndpoint'],
    ['choose_folder', 'Choose another folder', 'onChooseFolder']
  ] as const)('offers %s', (kind, name, prop) => {
    const called = jest.fn();
    const error = { ...plainError('x', 'No.'), action: { kind } };
    draw(<ErrorNotice error={error} trans={trans} {...{ [prop]: called }} />);
    click('button', name);
    expect(called).toHaveBeenCalledTimes(1);
  });

  it('offers to try again only where that may help', () => {
    const onRetry = jest.fn();
    draw(
      <ErrorNotice
        error={plainError('x', 'No.')}
        trans={trans}
        onRetry={onRetry}
      />
    );
    expect(host.querySelector('button')).toBeNull();
    draw(
      <ErrorNotice
        error={plainError('x', 'No.', true)}
        trans={trans}
        onRetry={onRetry}
      />
    );
    click('button', 'Try again');
    expect(onRetry).toHaveBeenCalled();
  });
});

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

  it('shows a link to click where the tab was blocked, and says so', () => {
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

describe('AccountView', () => {
  const props = {
    error: null,
    login: { state: 'idle' as const },
    disconnected: null,
    disconnectError: null,
    setupHelp: 'Ask Grace to set client_id.',
    trans,
    onConnect: jest.fn(),
    onConnectAsAnother: jest.fn(),
    onDisconnect: jest.fn(),
    onReload: jest.fn(),
    onSwitchToCode: jest.fn(),
    onSubmitCode: jest.fn(),
    onCancelLogin: jest.fn(),
    onTryAgain: jest.fn()
  };

  it('says what to set, who does it, and how to try without', () => {
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
    expect(host.textContent).toContain('Sandbox: nothing leaves this machine');
    expect(host.textContent).toContain('University of Example');
    click('button', 'Disconnect');
    expect(props.onDisconnect).toHaveBeenCalledTimes(1);
    click('button', 'Switch');
    expect(props.onConnectAsAnother).toHaveBeenCalledTimes(1);
  });

  it('names the identities that are linked, and offers no other to a hub’s login', () => {
    const other: Identity = {
      id: 'hospital',
      name: 'Ada',
      email: '',
      username: 'ada@hospital.example',
      organization: 'Hospital'
    };
    const account = anAccount({ linked: [other], source: 'hub' });
    draw(<AccountView {...props} account={account} />);
    expect(host.textContent).toContain('ada@hospital.example (Hospital)');
    expect(host.querySelector('button')).toBeNull();
  });
});

describe('EndpointList', () => {
  it('opens only what can be used, and says the next step of the others', () => {
    const onOpen = jest.fn();
    const onLogInFor = jest.fn();
    draw(
      <EndpointList
        label="Found"
        endpoints={[
          anEndpoint({ id: '1', display_name: HOSTILE }),
          anEndpoint({
            id: '2',
            display_name: 'Laptop',
            readiness: { state: 'offline', next_step: 'Start it.' }
          }),
          anEndpoint({
            id: '3',
            display_name: 'Oak',
            required_scopes: ['s'],
            readiness: { state: 'needs_consent', next_step: 'Allow it.' }
          })
        ]}
        trans={trans}
        onOpen={onOpen}
        onLogInFor={onLogInFor}
      />
    );
    const buttons = host.querySelectorAll<HTMLButtonElement>(
      'button.jp-SRegistryGlobus-endpointButton'
    );
    expect([...buttons].map(button => button.disabled)).toEqual([
      false,
      true,
      false
    ]);
    expect(host.textContent).toContain('Start it.');
    expect(host.querySelector('img')).toBeNull();
    click('button', 'Grant access');
    expect(onLogInFor.mock.calls[0]?.[1]).toMatchObject({
      kind: 'login',
      required_scopes: ['s']
    });
  });
});

describe('FolderView', () => {
  it('offers to get image files, and no others', () => {
    const onGet = jest.fn();
    const entry = (name: string) => ({
      name,
      type: 'file',
      size_bytes: 1,
      modified: null,
      is_link: false
    });
    const entries = [entry('a.sif'), entry('notes.txt')];
    const listed = {
      endpoint_id: 'ep',
      path: '/images/',
      entries,
      total: 2,
      is_truncated: false
    };
    draw(
      <FolderView
        endpoint={undefined}
        folder={{ state: 'ready', value: listed }}
        entries={entries}
        path="/images/"
        error={null}
        actionError={null}
        bookmarked={null}
        trans={trans}
        onClose={jest.fn()}
        onGo={jest.fn()}
        onRefresh={jest.fn()}
        onCreateFolder={jest.fn()}
        onBookmark={jest.fn()}
        onLogIn={jest.fn()}
        onGet={onGet}
        isImage={name => name.endsWith('.sif')}
      />
    );
    expect(host.innerHTML).not.toContain('Get notes.txt');
    click('button', 'Get a.sif into my images…');
    expect(onGet).toHaveBeenCalledWith('/images/', entries[0]);
  });
});

describe('TransferView', () => {
  const callbacks = {
    onCancel: jest.fn(),
    onRetry: jest.fn(),
    onSaveReceipt: jest.fn(),
    onForget: jest.fn(),
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

  it('claims no value where the size is unknown', () => {
    draws(aTransfer('a', { tasks: [aTask({ bytes_total: null })] }));
    const bar = host.querySelector('[role="progressbar"]');
    expect(bar?.hasAttribute('aria-valuenow')).toBe(false);
  });

  it('links to the task in a new tab, and never to a script', () => {
    draws(aTransfer('a'));
    const link = find('a', 'View task') as HTMLAnchorElement;
    expect(link.target).toBe('_blank');
    expect(link.rel).toContain('noopener');
    draws(
      aTransfer('a', { tasks: [aTask({ view_url: 'javascript:alert(1)' })] })
    );
    expect(host.querySelector('a')).toBeNull();
  });

  it('offers retry for what failed, and says why it did', () => {
    draws(
      aTransfer('a', { state: 'failed', tasks: [aTask({ reason: HOSTILE })] })
    );
    expect(host.textContent).toContain(HOSTILE);
    expect(host.querySelector('img')).toBeNull();
    click('button', 'Retry');
    expect(callbacks.onRetry).toHaveBeenCalled();
  });

  it('transfers what arrived again, and saves its receipt', () => {
    draws(aTransfer('a'));
    expect(host.textContent).not.toContain('Save receipt');
    draws(aTransfer('a', { state: 'succeeded' }));
    click('button', 'Transfer again');
    expect(callbacks.onRetry).toHaveBeenCalled();
    click('button', 'Save receipt');
    expect(callbacks.onSaveReceipt).toHaveBeenCalled();
  });

  it('tells a verified arrival from one that differs', () => {
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
                note: ''
              }
            ]
          })
        ]
      });
    draws(arrival(true, 'sha256:01'));
    expect(host.textContent).toContain('checksum verified');
    draws(arrival(false, 'sha256:01'));
    expect(host.textContent).toContain('another checksum');
    expect(host.textContent).not.toContain('verified');
    draws(arrival(null, 'sha256:01'));
    expect(host.textContent).toContain('verified by Globus');
    draws(arrival(null, null));
    expect(host.textContent).not.toContain('verified');
  });

  it('offers the login that a task waits for, while it waits', () => {
    const tasks = [aTask({ is_stuck: true, login: loginAction })];
    draws(aTransfer('a', { tasks }));
    click('button', 'Log in to continue');
    expect(callbacks.onLogIn.mock.lastCall?.[0]).toBe(loginAction);
    draws(aTransfer('a', { tasks, state: 'canceled' }));
    expect(host.textContent).not.toContain('Log in');
  });

  it('has nothing to press in an output that may not act', () => {
    const tasks = [aTask({ is_stuck: true, login: loginAction })];
    draws(aTransfer('a', { tasks }), false);
    expect(host.querySelector('button')).toBeNull();
  });
});

describe('ImageTree', () => {
  let rows: Rows;
  const callbacks = {
    onRange: jest.fn(),
    onToggle: jest.fn(),
    onSelect: jest.fn(),
    onSend: jest.fn(),
    onShow: jest.fn(),
    onRetry: jest.fn()
  };

  beforeEach(async () => {
    jest.clearAllMocks();
    const images = [anImage('1.0'), anImage('latest')];
    const listing = { images, total: 2, offset: 0, message: '' };
    const pages = new Pages(() => Promise.resolve(listing), jest.fn(), 2);
    await pages.ensure(0);
    rows = treeRows({
      registries: [aRegistry()],
      collections: [aCollection('tacos', 2), aCollection('zebra', 1)],
      pagesOf: ({ name }) => (name === 'tacos' ? pages : undefined),
      isContainerCollapsed: () => false
    });
    draw(
      <ImageTree
        label="Images"
        rows={rows}
        selection={new Selection()}
        canSend
        trans={trans}
        {...callbacks}
      />
    );
    await act(settle);
  });

  const focused = () => document.activeElement?.textContent;
  const items = () => [
    ...host.querySelectorAll<HTMLElement>('[role="treeitem"]')
  ];

  it('tells levels, what is open, and what is marked', () => {
    expect(
      items().map(item => [
        item.getAttribute('aria-level'),
        item.getAttribute('aria-expanded'),
        item.getAttribute('aria-selected')
      ])
    ).toEqual([
      ['1', 'true', null],
      ['2', 'true', null],
      ['3', null, 'false'],
      ['3', null, 'false'],
      ['1', 'false', null]
    ]);
  });

  it('is one stop for the Tab key', () => {
    const stops = items().filter(item => item.tabIndex === 0);
    expect(stops).toHaveLength(1);
  });

  it('is walked by the arrow keys, Home and End', () => {
    act(() => items()[0]?.focus());
    press('ArrowDown');
    expect(focused()).toContain('avocados');
    press('End');
    expect(focused()).toContain('zebra');
    press('ArrowUp');
    expect(focused()).toContain('latest');
    press('ArrowLeft'); // to what it hangs below
    expect(focused()).toContain('avocados');
    press('Home');
    expect(focused()).toContain('tacos');
  });

  it('opens and closes by arrow keys, Enter and Space', () => {
    act(() => items()[0]?.focus());
    press('ArrowLeft');
    expect(callbacks.onToggle.mock.calls[0]?.[0]).toMatchObject({
      kind: 'collection'
    });
    press('Enter');
    press(' ');
    expect(callbacks.onToggle).toHaveBeenCalledTimes(3);
  });

  it('marks with Space, a range with Shift, and shows with Enter', () => {
    act(() => items()[2]?.focus());
    press(' ');
    expect(callbacks.onSelect).toHaveBeenLastCalledWith(
      expect.objectContaining({ tag: '1.0' }),
      'toggle'
    );
    press('ArrowDown', { shiftKey: true });
    expect(callbacks.onSelect).toHaveBeenLastCalledWith(
      expect.objectContaining({ tag: 'latest' }),
      'range'
    );
    press('Enter');
    expect(callbacks.onShow).toHaveBeenCalledTimes(1);
  });

  it('marks by mouse as lists do', () => {
    act(() => {
      items()[2]?.dispatchEvent(
        new MouseEvent('click', { bubbles: true, ctrlKey: true })
      );
    });
    expect(callbacks.onSelect.mock.calls[0]?.[1]).toBe('toggle');
  });

  it('transfers by the button of a line, without marking it', () => {
    act(() => items()[3]?.focus());
    const button = find('button', 'Transfer tacos/avocados:latest to Globus…');
    expect(button.tabIndex).toBe(0); // of the line with the focus, and only there
    expect(
      find('button', 'Transfer tacos/avocados:1.0 to Globus…').tabIndex
    ).toBe(-1);
    act(() => button.click());
    expect(callbacks.onSend).toHaveBeenCalledTimes(1);
    expect(callbacks.onSelect).not.toHaveBeenCalled();
  });
});
