import type { LoginAction } from '../../api/schema';
import { Login } from '../../models/login';
import type { ITab } from '../../models/tab';
import { openTab } from '../../models/tab';
import { FakeServer, Refusal } from '../support/server';
import { anAccount, settle } from '../support/things';

const URL = 'https://auth.globus.org/v2/oauth2/authorize?x=1';

class FakeTab implements ITab {
  url: string | null = null;
  isClosed = false;
  point(url: string): void {
    this.url = url;
  }
  close(): void {
    this.isClosed = true;
  }
}

const consent: LoginAction = {
  kind: 'login',
  required_scopes: ['urn:x[*y]'],
  session_message: null,
  session_required_identities: [],
  session_required_single_domain: [],
  session_required_policies: [],
  session_required_mfa: false,
  prompt: null
};

function started(id: string, method = 'redirect', url = URL) {
  return { login_id: id, authorize_url: url, method, expires_in_s: 600 };
}

function make({ isBlocked = false } = {}) {
  const server = new FakeServer();
  const tabs: FakeTab[] = [];
  const opened = jest.fn(() => {
    if (isBlocked) {
      return null;
    }
    const tab = new FakeTab();
    tabs.push(tab);
    return tab;
  });
  const onSuccess = jest.fn(() => Promise.resolve());
  const login = new Login({
    client: server.client,
    openTab: opened,
    pageUrl: () => 'http://localhost:8888/lab',
    onSuccess
  });
  server.on('POST logins', () => started('l1'));
  server.on('GET logins/l1', () => ({
    login_id: 'l1',
    state: 'waiting',
    message: ''
  }));
  return { server, tabs, opened, onSuccess, login };
}

describe('Login', () => {
  it('opens the tab within the click, before any request', () => {
    const { login, opened, server } = make();
    void login.begin(null);
    expect(opened).toHaveBeenCalledTimes(1);
    expect(server.seen).toHaveLength(0);
    login.dispose();
  });

  it('sends the tab to Globus, with the login that the error asked for', async () => {
    const { login, tabs, server } = make();
    void login.begin(consent);
    await settle();
    expect(tabs[0]?.url).toBe(URL);
    expect(server.of('POST logins')[0]?.body).toEqual({
      page_url: 'http://localhost:8888/lab',
      login: consent,
      method: null
    });
    expect(login.current).toMatchObject({ state: 'waiting', isBlocked: false });
    login.dispose();
  });

  it('offers the address as a link if the tab was blocked', async () => {
    const { login } = make({ isBlocked: true });
    void login.begin(null);
    await settle();
    expect(login.current).toMatchObject({
      state: 'waiting',
      isBlocked: true,
      started: { authorize_url: URL }
    });
    login.dispose();
  });

  it('opens only web pages', async () => {
    const { login, tabs, server } = make();
    server.on('POST logins', () =>
      started('l1', 'redirect', 'javascript:alert(1)')
    );
    const outcome = login.begin(null);
    await settle();
    expect(tabs[0]).toMatchObject({ url: null, isClosed: true });
    expect(login.current.state).toBe('failed');
    await expect(outcome).resolves.toBe(false);
    login.dispose();
  });

  it('succeeds once the server says so, after the account is loaded', async () => {
    const { login, server, onSuccess } = make();
    const outcome = login.begin(null);
    await settle();
    await login.check();
    expect(login.current.state).toBe('waiting');
    server.on('GET logins/l1', () => ({
      login_id: 'l1',
      state: 'succeeded',
      message: ''
    }));
    await login.check();
    await expect(outcome).resolves.toBe(true);
    expect(onSuccess).toHaveBeenCalledTimes(1);
    expect(login.current.state).toBe('idle');
    login.dispose();
  });

  it('says why it failed', async () => {
    const { login, server } = make();
    const outcome = login.begin(null);
    await settle();
    server.on('GET logins/l1', () => ({
      login_id: 'l1',
      state: 'failed',
      message: 'You denied access.'
    }));
    await login.check();
    await expect(outcome).resolves.toBe(false);
    expect(login.current).toMatchObject({
      state: 'failed',
      error: { message: 'You denied access.' }
    });
    login.dispose();
  });

  it('closes the empty tab if the login could not start', async () => {
    const { login, tabs, server } = make();
    server.on('POST logins', () => {
      throw new Refusal(503, { message: 'Down.', code: 'globus_unavailable' });
    });
    await expect(login.begin(null)).resolves.toBe(false);
    expect(tabs[0]).toMatchObject({ isClosed: true, url: null });
    expect(login.current).toMatchObject({ error: { message: 'Down.' } });
    login.dispose();
  });

  it('continues with a pasted code, for the same purpose and caller', async () => {
    const { login, server } = make();
    const outcome = login.begin(consent);
    await settle();
    server.on('POST logins', () => started('l2', 'code'));
    server.on('GET logins/l2', () => ({
      login_id: 'l2',
      state: 'waiting',
      message: ''
    }));
    login.switchToCode();
    await settle();
    expect(server.of('POST logins')[1]?.body).toMatchObject({
      method: 'code',
      login: consent
    });

    server.on('POST logins/code', () => {
      throw new Refusal(400, { message: 'Wrong code.', code: 'login_failed' });
    });
    await login.submitCode('nonsense');
    expect(login.current).toMatchObject({
      state: 'waiting',
      isChecking: false,
      problem: { message: 'Wrong code.' }
    });

    server.on('POST logins/code', () => anAccount());
    await login.submitCode('  right  ');
    expect(server.of('POST logins/code')[1]?.body).toEqual({
      login_id: 'l2',
      code: 'right'
    });
    await expect(outcome).resolves.toBe(true);
    login.dispose();
  });

  it('ignores the outcome of a canceled login', async () => {
    const { login, server, onSuccess } = make();
    const outcome = login.begin(null);
    await settle();
    const held = server.hold('GET logins/l1');
    const check = login.check();
    login.cancel();
    held.resolve({ login_id: 'l1', state: 'succeeded', message: '' });
    await check;
    await expect(outcome).resolves.toBe(false);
    expect(onSuccess).not.toHaveBeenCalled();
    expect(login.current.state).toBe('idle');
    login.dispose();
  });

  it('closes the tab of a login that was replaced before it started', async () => {
    const { login, tabs, server } = make();
    const held = server.hold('POST logins');
    const first = login.begin(null);
    await settle();
    server.on('POST logins', () => started('l2'));
    void login.begin(null);
    await expect(first).resolves.toBe(false);
    await settle();
    held.resolve(started('l1'));
    await settle();
    expect(tabs[0]?.isClosed).toBe(true);
    expect(tabs[0]?.url).toBeNull();
    expect(tabs[1]?.url).toBe(URL);
    login.dispose();
  });
});

describe('openTab', () => {
  afterEach(() => jest.restoreAllMocks());

  it('clears the opener before the tab navigates', () => {
    const replace = jest.fn();
    const tab = { opener: window as unknown, location: { replace } };
    jest.spyOn(window, 'open').mockReturnValue(tab as unknown as Window);
    const opened = openTab();
    expect(tab.opener).toBeNull();
    opened?.point(URL);
    expect(replace).toHaveBeenCalledWith(URL);
  });

  it('is null if the browser blocked it', () => {
    jest.spyOn(window, 'open').mockReturnValue(null);
    expect(openTab()).toBeNull();
  });
});

describe('succeeded', () => {
  it('is emitted after the interrupted work has resumed', async () => {
    const { login, server } = make();
    const order: string[] = [];
    login.succeeded.connect(() => {
      order.push('others');
    });
    void login.begin(consent).then(() => order.push('interrupted'));
    await settle();
    server.on('GET logins/l1', () => ({
      login_id: 'l1',
      state: 'succeeded',
      message: ''
    }));
    await login.check();
    await settle();
    expect(order).toEqual(['interrupted', 'others']);
    login.dispose();
  });
});
