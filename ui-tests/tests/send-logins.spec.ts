import fs from 'fs/promises';
import { expect, test } from '../support/fixtures';

const SCRATCH = 'Stanford Sherlock scratch';
const HELLO = 'demo/hello:latest';

test('a missing consent is granted while sending, which then continues', async ({
  jupyterlab,
  lab
}) => {
  const sidebar = await jupyterlab.openPanel();
  await sidebar.images.openCollection('demo');
  const dialog = await sidebar.images.send(HELLO);
  await dialog.destination.find('oak');
  await dialog.destination.button('Stanford Oak storage').click();
  const login = await sidebar.openLogin(
    dialog.destination.error.getByRole('button', { name: 'Log in to continue' })
  );
  await login.allowAndClose();
  await dialog.destination.goInto('images');
  await dialog.send();
  await sidebar.transfers.of(HELLO).hasArrived();
  await fs.stat(
    lab.endpointPath('Stanford Oak storage', 'oak/ada/images/hello_latest.sif')
  );
});

test('a consent revoked before the last click takes one login, and sending continues', async ({
  jupyterlab,
  lab
}) => {
  const sidebar = await jupyterlab.openPanel();
  const { endpoints } = sidebar;
  await endpoints.find('oak');
  await (
    await sidebar.openLogin(
      endpoints
        .item('Stanford Oak storage')
        .getByRole('button', { name: 'Grant access' })
    )
  ).allowAndClose();
  await sidebar.images.openCollection('demo');
  const dialog = await sidebar.images.send(HELLO);
  await dialog.destination.find('oak');
  await dialog.destination.open('Stanford Oak storage');
  await dialog.destination.goInto('images');
  await expect(dialog.sendButton).toBeEnabled();

  const id = lab.names.STANFORD_OAK ?? '';
  await lab.sandbox.rescindConsents(
    `https://auth.globus.org/scopes/${id}/data_access`
  );
  await dialog.sendButton.click();
  const login = await sidebar.openLogin(
    dialog.errors.getByRole('button', { name: 'Log in to continue' })
  );
  await login.allowAndClose();
  await dialog.isGone();
  await sidebar.transfers.of(HELLO).hasArrived();
});

test('a high-assurance endpoint asks for a new login in the dialog', async ({
  jupyterlab,
  lab
}) => {
  const sidebar = await jupyterlab.openPanel();
  await sidebar.images.openCollection('demo');
  const dialog = await sidebar.images.send(HELLO);
  await lab.sandbox.advanceClock(31 * 60);
  await dialog.destination.find('clinical');
  await dialog.destination.button('Clinical imaging').click();
  const login = await sidebar.openLogin(
    dialog.destination.error.getByRole('button', { name: 'Log in to continue' })
  );
  await login.allowAndClose();
  await dialog.destination.goInto('images');
  await dialog.send();
  await sidebar.transfers.of(HELLO).hasArrived();
});

test('a user who is not connected is asked to connect, and then continues', async ({
  jupyterlab,
  lab
}) => {
  await lab.api('DELETE', 'account');
  const sidebar = await jupyterlab.openPanel();
  await sidebar.isDisconnected();
  await sidebar.images.openCollection('demo');
  const dialog = await sidebar.images.send(HELLO);
  const login = await sidebar.openLogin(
    dialog.root.getByRole('button', { name: 'Connect to Globus' }).first()
  );
  await login.allowAndClose();
  await dialog.chooseFolder(SCRATCH);
  await dialog.send();
  await sidebar.transfers.of(HELLO).hasArrived();
});
