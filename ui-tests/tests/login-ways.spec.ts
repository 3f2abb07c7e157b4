import fs from 'fs/promises';
import type { Locator } from '@playwright/test';
import type { Sidebar } from '../pages/sidebar';
import { expect, test } from '../support/fixtures';

const SCRATCH = 'Stanford Sherlock scratch';
const HELLO = 'demo/hello:latest';

/** Log in with the button of an error. */
async function logIn(sidebar: Sidebar, refusal: Locator): Promise<void> {
  const login = await sidebar.openLogin(
    refusal.getByRole('button', { name: 'Log in to continue' })
  );
  await login.allowAndClose();
}

for (const [demand, name] of [
  ['a policy', 'Consortium data'],
  // Refused with a 502, as by high-assurance endpoints.
  ['a domain', 'Hospital pathology share']
] as const) {
  test(`${demand} is satisfied by one login, after which the folder shows by itself`, async ({
    jupyterlab
  }) => {
    const sidebar = await jupyterlab.openPanel();
    const { endpoints } = sidebar;
    await endpoints.find(name);
    await endpoints.button(name).click();
    await logIn(sidebar, endpoints.error);
    await expect(endpoints.entry('README.txt')).toBeVisible();
    await sidebar.isConnectedAs('Ada Researcher');
  });
}

test('a transfer that waits for a login offers it, and then continues', async ({
  jupyterlab,
  lab
}) => {
  await lab.sandbox.setTaskFaults({
    code: 'AUTH',
    inactive: true,
    until_login: true
  });
  const sidebar = await jupyterlab.openPanel();
  await sidebar.images.openCollection('demo');
  const dialog = await sidebar.images.send(HELLO);
  await dialog.chooseFolder(SCRATCH, 'data');
  await dialog.send();
  const transfer = sidebar.transfers.of(HELLO);
  await transfer.is('Stuck', 30_000);
  await logIn(sidebar, transfer.root);
  await transfer.hasArrived();
  await expect(transfer.button('Log in to continue')).toHaveCount(0);
  await fs.stat(lab.endpointPath(SCRATCH, 'data', 'hello_latest.sif'));
});

test('a connection revoked at Globus shows the reason and one button, and the search continues', async ({
  jupyterlab,
  lab
}) => {
  const sidebar = await jupyterlab.openPanel();
  const { account, endpoints } = sidebar;
  await expect(endpoints.list('Mine')).toBeVisible();
  await lab.sandbox.rescindConsents();
  await endpoints.search.fill('stanford');
  await expect(account).toContainText('connection has ended');
  await expect(account.getByRole('button')).toHaveCount(1);
  await (await sidebar.connect()).allowAndClose();
  await sidebar.isConnectedAs('Ada Researcher');
  await expect(endpoints.list('Search results')).toContainText(SCRATCH);
});

test('linked identities are shown, and the user can connect with a different account', async ({
  jupyterlab,
  lab
}) => {
  const sidebar = await jupyterlab.openPanel();
  await expect(
    sidebar.account.getByTitle('ada@hospital.example')
  ).toBeVisible();
  const login = await sidebar.openLogin(
    await sidebar.accountMenuItem('Switch Account…')
  );
  await login.choose('bob@uni.example');
  await login.allowAndClose();
  await sidebar.isConnectedAs('Bob Colleague');
  await expect(sidebar.account).not.toContainText('Ada');
  await expect(sidebar.endpoints.list('Mine')).toContainText("Bob's laptop");
  // Ada's tokens must be revoked, too.
  const revoked = (await lab.sandbox.requests()).filter(({ path }) =>
    path.endsWith('/token/revoke')
  );
  expect(revoked.length).toBeGreaterThanOrEqual(2);
});

test.describe('with a confidential application', () => {
  test.use({ variant: 'confidential', isConnected: false });

  test('the user logs in by redirect and out again', async ({
    jupyterlab,
    lab
  }) => {
    await lab.sandbox.addRedirectUri(
      `${lab.url()}sregistry-globus/oauth/callback`
    );
    const sidebar = await jupyterlab.openPanel();
    await (await sidebar.connect()).allowAndClose();
    await sidebar.isConnectedAs('Ada Researcher');
    await expect(sidebar.endpoints.list('Mine')).toBeVisible();
    await sidebar.disconnect();
    await expect(sidebar.account).toContainText('Globus revoked');
  });
});

test.describe('where the server acts as the application itself', () => {
  test.use({ variant: 'service', isConnected: false });

  test('it is connected without a user, and cannot be disconnected', async ({
    jupyterlab
  }) => {
    const sidebar = await jupyterlab.openPanel();
    await expect(sidebar.account).toContainText('Connected as an app');
    await expect(sidebar.account.getByRole('button')).toHaveCount(0);
    await sidebar.endpoints.find('genome');
    await expect(
      sidebar.endpoints.item('Genome reference mirror')
    ).toBeVisible();
  });
});

test.describe('on a hub that signs people in through Globus', () => {
  test.use({ variant: 'hub', isConnected: false });

  test('the user is connected from the start; a login replaces it if a consent is missing', async ({
    jupyterlab
  }) => {
    const sidebar = await jupyterlab.openPanel();
    const { account, endpoints } = sidebar;
    await expect(account).toContainText('Ada Researcher');
    await expect(account.getByTitle('Connected by the hub')).toBeVisible();
    await expect(endpoints.list('Mine')).toBeVisible();

    await endpoints.find('oak');
    await endpoints.button('Stanford Oak storage').click();
    await logIn(sidebar, endpoints.error);
    await expect(endpoints.entry('images')).toBeVisible();
    await sidebar.isConnectedAs('Ada Researcher');

    await sidebar.disconnect();
    await expect(account.getByTitle('Connected by the hub')).toBeVisible();
  });
});
