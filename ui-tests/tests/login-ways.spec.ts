import fs from 'fs/promises';
import type { Locator } from '@playwright/test';
import type { Sidebar } from '../pages/sidebar';
import { expect, test } from '../support/fixtures';

const SCRATCH = 'Stanford Sherlock scratch';
const HELLO = 'demo/hello:latest';

/** Log in by what a refusal offers. */
async function logIn(sidebar: Sidebar, refusal: Locator): Promise<void> {
  const login = await sidebar.openLogin(
    refusal.getByRole('button', { name: 'Log in to continue' })
  );
  await login.allowAndClose();
}

for (const [demand, name] of [
  ['a policy', 'Consortium data'],
  // Refused with a 502, as endpoints of high assurance do.
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

test('a transfer that waits for a login offers it, and goes on by itself', async ({
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

test('a connection revoked at Globus ends with the reason and one button, and the search goes on', async ({
  jupyterlab,
  lab
}) => {
  const sidebar = await jupyterlab.openPanel();
  const { account, endpoints } = sidebar;
  await expect(endpoints.list('Mine')).toBeVisible();
  await lab.sandbox.rescindConsents();
  await endpoints.search.fill('stanford');
  await expect(account).toContainText('this connection has ended');
  await expect(account.getByRole('button')).toHaveCount(1);
  await (await sidebar.connect()).allowAndClose();
  await sidebar.isConnectedAs('Ada Researcher');
  await expect(endpoints.list('Search results')).toContainText(SCRATCH);
});

test('one sees which identities are linked, and can connect as somebody else', async ({
  jupyterlab,
  lab
}) => {
  const sidebar = await jupyterlab.openPanel();
  await expect(sidebar.account).toContainText('ada@hospital.example');
  const login = await sidebar.openLogin(sidebar.switchButton);
  await login.choose('bob@uni.example');
  await login.allowAndClose();
  await sidebar.isConnectedAs('Bob Colleague');
  await expect(sidebar.account).not.toContainText('Ada');
  await expect(sidebar.endpoints.list('Mine')).toContainText("Bob's laptop");
  // Ada's tokens, which nobody could void any more.
  const revoked = (await lab.sandbox.requests()).filter(({ path }) =>
    path.endsWith('/token/revoke')
  );
  expect(revoked.length).toBeGreaterThanOrEqual(2);
});

test.describe('with a confidential application', () => {
  test.use({ variant: 'confidential', isConnected: false });

  test('one logs in by redirect, with its secret, and out again', async ({
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

  test('it is connected without anybody, and nobody is offered to disconnect it', async ({
    jupyterlab
  }) => {
    const sidebar = await jupyterlab.openPanel();
    await expect(sidebar.account).toContainText('Connected as an application');
    await expect(sidebar.account.getByRole('button')).toHaveCount(0);
    await sidebar.endpoints.find('genome');
    await expect(
      sidebar.endpoints.item('Genome reference mirror')
    ).toBeVisible();
  });
});

test.describe('on a hub that signs people in through Globus', () => {
  test.use({ variant: 'hub', isConnected: false });

  test('one is connected from the start; where a consent is missing, a login here takes over', async ({
    jupyterlab
  }) => {
    const sidebar = await jupyterlab.openPanel();
    const { account, endpoints } = sidebar;
    await expect(account).toContainText('Ada Researcher');
    await expect(account).toContainText('Connected by the hub');
    await expect(endpoints.list('Mine')).toBeVisible();

    await endpoints.find('oak');
    await endpoints.button('Stanford Oak storage').click();
    await logIn(sidebar, endpoints.error);
    await expect(endpoints.entry('images')).toBeVisible();
    await sidebar.isConnectedAs('Ada Researcher');

    await sidebar.disconnect();
    await expect(account).toContainText('Connected by the hub');
  });
});
