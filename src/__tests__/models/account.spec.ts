import { AccountModel } from '../../models/account';
import { FakeServer, Refusal } from '../support/server';
import { anAccount, anEventStream, aStatus, settle } from '../support/things';

function make() {
  const server = new FakeServer();
  const { events, emit } = anEventStream();
  events.schemaId = '';
  const account = new AccountModel({
    client: server.client,
    events,
    openTab: () => null,
    pageUrl: () => 'http://localhost/lab'
  });
  server.on('GET status', () =>
    aStatus({ account: anAccount({ state: 'disconnected', identity: null }) })
  );
  server.on('GET account', () => anAccount());
  return { server, account, emit };
}

describe('AccountModel', () => {
  it('takes the account from the status, with one request', async () => {
    const { account, server } = make();
    await account.start();
    expect(account.account?.state).toBe('disconnected');
    expect(server.seen).toHaveLength(1);
    account.dispose();
  });

  it('reloads the account after an event about it', async () => {
    const { account, server, emit } = make();
    await account.start();
    emit('account', '');
    await settle();
    expect(server.count('GET account')).toBe(1);
    expect(account.isConnected).toBe(true);
    account.dispose();
  });

  it.each([
    ['account', 'https://events.example/others'],
    ['transfer', undefined]
  ])('ignores a %s event of %s', async (kind, schema) => {
    const { account, server, emit } = make();
    await account.start();
    emit(kind, 'x', schema);
    await settle();
    expect(server.count('GET account')).toBe(0);
    account.dispose();
  });

  it('makes no requests after disposal', async () => {
    const { account, server, emit } = make();
    await account.start();
    account.dispose();
    emit('account', '');
    await settle();
    expect(server.seen).toHaveLength(1);
  });

  it('loads the status again after a failure', async () => {
    const { account, server } = make();
    server.on('GET status', () => {
      throw new Refusal(500, { message: 'Broken.', code: 'internal_error' });
    });
    await account.start();
    expect(account.error?.message).toBe('Broken.');
    server.on('GET status', () => aStatus());
    await account.refresh();
    expect(account.error).toBeNull();
    expect(account.isConnected).toBe(true);
    account.dispose();
  });

  it('shows the result of a disconnect until the user connects again', async () => {
    const { account, server } = make();
    server.on('GET status', () => aStatus());
    await account.start();
    server.on('DELETE account', () => ({
      logout_url: 'https://auth.globus.org/v2/web/logout',
      is_revoked: false
    }));
    server.on('GET account', () =>
      anAccount({ state: 'disconnected', identity: null })
    );
    await account.disconnect();
    expect(account.disconnected?.is_revoked).toBe(false);
    server.on('GET account', () => anAccount());
    await account.refresh();
    expect(account.disconnected).toBeNull();
    account.dispose();
  });

  it('waits for uploads if the user wants them to finish, once', async () => {
    const { account, server } = make();
    await account.start();
    await account.refresh();
    server.on('DELETE account', () => ({
      logout_url: '',
      is_revoked: false,
      is_pending: true
    }));
    await account.disconnect('finish');
    expect(account.isDisconnecting).toBe(true);
    expect(account.disconnected).toBeNull();
    server.on('GET account', () =>
      anAccount({ state: 'disconnected', identity: null })
    );
    await account.refresh();
    expect(account.isDisconnecting).toBe(false);
    expect(account.disconnected).toBeNull();
    server.on('GET account', () => anAccount());
    await account.refresh();
    expect(account.isDisconnecting).toBe(false);
    account.dispose();
  });

  it.each(['hub', 'service'] as const)(
    'offers no disconnect for a connection by %s',
    async source => {
      const { account, server } = make();
      server.on('GET status', () =>
        aStatus({ account: anAccount({ source }) })
      );
      await account.start();
      expect(account.isConnected).toBe(true);
      expect(account.canDisconnect).toBe(false);
      account.dispose();
    }
  );

  it('resumes after a login that an error asked for', async () => {
    const { account, server } = make();
    await account.start();
    server.on('POST logins', () => ({
      login_id: 'l1',
      authorize_url: 'https://auth.globus.org/',
      method: 'redirect',
      expires_in_s: 60
    }));
    server.on('GET logins/l1', () => ({
      login_id: 'l1',
      state: 'succeeded',
      message: ''
    }));
    const outcome = account.connect(null);
    await settle();
    await account.login.check();
    await expect(outcome).resolves.toBe(true);
    expect(account.isConnected).toBe(true); // known before the work resumes
    account.dispose();
  });
});
