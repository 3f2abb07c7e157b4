import { expect, test } from '../support/fixtures';
import { HUB_NAME } from '../support/lab';

test.use({ isConnected: false });

for (const host of ['localhost', '127.0.0.1']) {
  test(`connecting works where JupyterLab was opened as ${host}`, async ({
    jupyterlab
  }) => {
    const sidebar = await jupyterlab.openPanel(host);
    const login = await sidebar.connect();
    await login.allowAndClose();
    await sidebar.isConnectedAs('Ada Researcher');
    await expect(sidebar.endpoints.list('Mine')).toBeVisible();
  });
}

test.describe('under a prefix', () => {
  test.use({ variant: 'prefix' });
  // On one server, because starting it takes longer than the tests.
  test.describe.configure({ mode: 'default' });

  for (const host of ['localhost', '127.0.0.1']) {
    test(`connecting works as ${host}`, async ({ jupyterlab, page }) => {
      const sidebar = await jupyterlab.openPanel(host);
      expect(page.url()).toContain('/some/prefix/lab');
      const login = await sidebar.connect();
      await login.allowAndClose();
      await sidebar.isConnectedAs('Ada Researcher');
    });
  }
});

test('the outcome comes from the server: the tab cannot reach the page that opened it', async ({
  jupyterlab
}) => {
  const sidebar = await jupyterlab.openPanel();
  const login = await sidebar.connect();
  expect(await login.page.evaluate(() => window.opener as unknown)).toBeNull();
});

test('on another machine, Globus shows a code to paste', async ({
  jupyterlab
}) => {
  const sidebar = await jupyterlab.openPanel(HUB_NAME);
  const login = await sidebar.connect();
  await sidebar.pasteCode(await login.allowForCode());
  await sidebar.isConnectedAs('Ada Researcher');
});

test('a code can be pasted instead, even after a typo', async ({
  jupyterlab
}) => {
  const sidebar = await jupyterlab.openPanel();
  const first = await sidebar.connect();
  const login = await sidebar.openLogin(
    sidebar.login.getByRole('button', { name: 'Paste a code instead' })
  );
  const code = await login.allowForCode();

  await sidebar.pasteCode(`${code}x`);
  await expect(sidebar.account.getByRole('alert')).toContainText(
    'Globus rejected this code'
  );
  await sidebar.pasteCode(code);
  await sidebar.isConnectedAs('Ada Researcher');
  await first.page.close();
});

test('a blocked tab leaves a link to click', async ({ jupyterlab, page }) => {
  await page.addInitScript(() => {
    window.open = () => null;
  });
  const sidebar = await jupyterlab.openPanel();
  await sidebar.connectButton.click();
  await expect(sidebar.login).toContainText('blocked the new tab');
  const login = await sidebar.openLogin(
    sidebar.login.getByRole('link', { name: 'Open the Globus login page' })
  );
  await login.allow();
  await sidebar.isConnectedAs('Ada Researcher');
});

test('a denied login says so and can be tried again', async ({
  jupyterlab
}) => {
  const sidebar = await jupyterlab.openPanel();
  await (await sidebar.connect()).deny();
  await expect(sidebar.account.getByRole('alert')).toContainText(
    'The Globus login failed'
  );
  const again = await sidebar.openLogin(
    sidebar.account.getByRole('button', { name: 'Retry' })
  );
  await again.allowAndClose();
  await sidebar.isConnectedAs('Ada Researcher');
});

test('a canceled login leaves the panel as before', async ({ jupyterlab }) => {
  const sidebar = await jupyterlab.openPanel();
  const login = await sidebar.connect();
  await sidebar.login.getByRole('button', { name: 'Cancel' }).click();
  await sidebar.isDisconnected();
  await login.page.close();
});

test('a login says that Globus is down, and can be tried again', async ({
  jupyterlab,
  lab
}) => {
  const sidebar = await jupyterlab.openPanel();
  const login = await sidebar.connect();
  await lab.sandbox.setFaults({ route: 'POST /v2/oauth2/token', status: 503 });
  await login.allow();
  await expect(
    login.page.getByRole('heading', { name: 'Not connected' })
  ).toBeVisible();
  await expect(sidebar.account.getByRole('alert')).toBeVisible();

  await lab.sandbox.setFaults();
  const again = await sidebar.openLogin(
    sidebar.account.getByRole('button', { name: 'Retry' })
  );
  await again.allowAndClose();
  await sidebar.isConnectedAs('Ada Researcher');
});

test('the user can connect with a different account', async ({
  jupyterlab
}) => {
  const sidebar = await jupyterlab.openPanel();
  const login = await sidebar.connect();
  await login.choose('bob@uni.example');
  await login.allowAndClose();
  await sidebar.isConnectedAs('Bob Colleague');
  await expect(sidebar.endpoints.list('Mine')).toContainText("Bob's laptop");
});

test('disconnecting revokes and deletes tokens, and offers to log out of Globus', async ({
  jupyterlab,
  lab,
  context
}) => {
  await lab.connect();
  const sidebar = await jupyterlab.openPanel();
  await sidebar.isConnectedAs('Ada Researcher');
  await sidebar.disconnect();
  await sidebar.isDisconnected();
  await expect(sidebar.account).toContainText('Globus revoked');
  await expect(sidebar.endpoints.root).toContainText('Connect to Globus');
  const revoked = (await lab.sandbox.requests()).filter(({ path }) =>
    path.endsWith('/token/revoke')
  );
  expect(revoked.length).toBeGreaterThanOrEqual(2);

  const opened = context.waitForEvent('page');
  await sidebar.account
    .getByRole('link', { name: 'Log out of Globus in this browser too' })
    .click();
  await expect(
    (await opened).getByRole('heading', { name: 'You are logged out' })
  ).toBeVisible();
});

test('a disconnect elsewhere shows immediately', async ({
  jupyterlab,
  lab
}) => {
  await lab.connect();
  const sidebar = await jupyterlab.openPanel();
  await sidebar.isConnectedAs('Ada Researcher');
  await lab.api('DELETE', 'account');
  await sidebar.isDisconnected();
});
