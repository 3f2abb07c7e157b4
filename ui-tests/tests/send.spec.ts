import fs from 'fs/promises';
import { expect, test } from '../support/fixtures';
import type { Lab } from '../support/lab';
import { sha256 } from '../support/lab';

const SCRATCH = 'Stanford Sherlock scratch';
const HELLO = 'demo/hello:latest';

/** Nothing was submitted, and no transfer was recorded. */
async function nothingIsSent(lab: Lab): Promise<void> {
  const submitted = (await lab.sandbox.requests()).filter(
    ({ method, path }) => method === 'POST' && path.endsWith('/transfer')
  );
  expect(submitted).toEqual([]);
  expect(await lab.api('GET', 'transfers')).toMatchObject({ transfers: [] });
}

test('several selected images are sent as one task', async ({
  jupyterlab,
  lab,
  page
}) => {
  const { images, transfers } = await jupyterlab.openPanel();
  await images.openCollection('demo');
  await images.image('demo/hello:arm').click();
  await page.keyboard.down('Control');
  await images.image(HELLO).click();
  await page.keyboard.up('Control');
  await expect(images.selection).toContainText('2 selected');

  const dialog = await images.sendSelected();
  await dialog.chooseFolder(SCRATCH, 'data');
  await expect(dialog.sources.getByRole('listitem')).toHaveCount(2);
  await dialog.send();
  const transfer = transfers.of('hello');
  await transfer.hasArrived();
  await expect(transfer.root).toContainText('2 images');

  for (const name of ['hello_arm.sif', 'hello_latest.sif']) {
    await fs.stat(lab.endpointPath(SCRATCH, 'data', name));
  }
  const submitted = (await lab.sandbox.requests()).filter(
    ({ method, path }) => method === 'POST' && path.endsWith('/transfer')
  );
  expect(submitted).toHaveLength(1);
});

test('an image can be removed from the transfer', async ({ jupyterlab }) => {
  const { images } = await jupyterlab.openPanel();
  await images.openCollection('demo');
  await images.image('demo/hello:arm').click();
  await images.image(HELLO).click({ modifiers: ['Shift'] });
  const dialog = await images.sendSelected();
  await dialog.root
    .getByRole('button', { name: `Remove ${HELLO} from this transfer` })
    .click();
  await expect(dialog.sources.getByRole('listitem')).toHaveCount(1);
  await expect(dialog.source('demo/hello:arm')).toBeVisible();
  await dialog.cancel();
});

test('an image is sent to the open folder, and the destination is remembered', async ({
  jupyterlab
}) => {
  const { images, endpoints, transfers } = await jupyterlab.openPanel();
  await images.openCollection('demo');
  await images.image(HELLO).click();
  await endpoints.open('Stanford SRCC guest collection');
  await endpoints.goInto('data');
  await endpoints.root.getByRole('button', { name: 'Send here' }).click();
  const dialog = jupyterlab.sendDialog;
  await dialog.isShown();
  await expect(dialog.pathBox).toHaveValue('/data/');
  await dialog.send();
  await transfers.of(HELLO).hasArrived();

  const again = await images.send('demo/hello:arm');
  await expect(again.destination.folder).toContainText(
    'Stanford SRCC guest collection'
  );
  await expect(again.pathBox).toHaveValue('/data/');
  await again.cancel();
});

test('the menu of an image offers to send it', async ({ jupyterlab }) => {
  const { images } = await jupyterlab.openPanel();
  await images.openCollection('demo');
  await images.chooseFromMenu(HELLO, 'Send to Globus…');
  const dialog = jupyterlab.sendDialog;
  await expect(dialog.source(HELLO)).toBeVisible();
  await dialog.cancel();
});

test('a new folder can be created while sending', async ({
  jupyterlab,
  lab
}) => {
  const { images, transfers } = await jupyterlab.openPanel();
  await images.openCollection('demo');
  const dialog = await images.send(HELLO);
  await dialog.chooseFolder(SCRATCH);
  await dialog.destination.makeFolder('fresh');
  await expect(dialog.pathBox).toHaveValue('/fresh/');
  await dialog.send();
  await transfers.of(HELLO).hasArrived();
  await fs.stat(lab.endpointPath(SCRATCH, 'fresh', 'hello_latest.sif'));
});

test('options reach Globus', async ({ jupyterlab, lab }) => {
  const { images, transfers } = await jupyterlab.openPanel();
  await images.openCollection('demo');
  const dialog = await images.send(HELLO);
  await dialog.chooseFolder(SCRATCH);
  await dialog.showOptions();
  await dialog.root
    .getByRole('textbox', { name: 'Label (shown in Globus)' })
    .fill('For the workshop');
  await dialog.root
    .getByRole('combobox', { name: 'If the file already exists' })
    .selectOption('Always replace it');
  await dialog.root
    .getByRole('checkbox', { name: 'Encrypt in transit' })
    .check();
  await dialog.send();
  await transfers.of('For the workshop').hasArrived();
  const submitted = (await lab.sandbox.requests()).find(
    ({ method, path }) => method === 'POST' && path.endsWith('/transfer')
  );
  expect(submitted?.body).toMatchObject({
    label: 'For the workshop',
    encrypt_data: true,
    verify_checksum: true
  });
  expect(submitted?.body).not.toHaveProperty('sync_level');
});

test('the plan warns of another architecture and of an existing file', async ({
  jupyterlab,
  lab
}) => {
  await fs.writeFile(lab.endpointPath(SCRATCH, 'data', 'hello_arm.sif'), 'old');
  const { images, transfers } = await jupyterlab.openPanel();
  await images.openCollection('demo');
  const dialog = await images.send('demo/hello:arm');
  await dialog.chooseFolder(SCRATCH, 'data');
  const source = dialog.source('demo/hello:arm');
  await expect(source).toContainText('built for arm64');
  await expect(source).toContainText('A file hello_arm.sif already exists');
  await dialog.send();
  await transfers.of('demo/hello:arm').hasArrived();
  expect(await sha256(lab.endpointPath(SCRATCH, 'data', 'hello_arm.sif'))).toBe(
    await sha256(lab.registryPath('demo', 'hello', 'arm', 'hello_arm.sif'))
  );
});

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

test.describe('problems are reported with what to do', () => {
  test('a missing folder', async ({ jupyterlab }) => {
    const { images } = await jupyterlab.openPanel();
    await images.openCollection('demo');
    const dialog = await images.send(HELLO);
    await dialog.chooseFolder(SCRATCH);
    await dialog.typePath('/no/such/folder/');
    await expect(dialog.errors).toContainText(/no such folder/i);
    await expect(dialog.sendButton).toBeDisabled();
    await dialog.typePath('/images/');
    await expect(dialog.sendButton).toBeEnabled();
    await expect(dialog.errors).toHaveCount(0);
    await dialog.cancel();
  });

  test('an offline endpoint', async ({ jupyterlab, lab }) => {
    const { images, transfers } = await jupyterlab.openPanel();
    await images.openCollection('demo');
    const dialog = await images.send(HELLO);
    await dialog.chooseFolder("Bob's shared folder");
    await expect(dialog.sendButton).toBeEnabled();
    await lab.sandbox.changeEndpoint(lab.names.BOBS_LAPTOP ?? '', {
      gcp_connected: false
    });
    await lab.sandbox.changeEndpoint(lab.names.BOBS_SHARE ?? '', {
      gcp_connected: false
    });
    await dialog.sendButton.click();
    await expect(dialog.errors).toContainText(/offline/i);
    await dialog.errors
      .getByRole('button', { name: 'Choose another endpoint' })
      .click();
    await expect(dialog.destination.search).toBeVisible();
    await dialog.cancel();
    await expect(transfers.root).toContainText('No transfers yet');
    await nothingIsSent(lab);
  });

  test('a deleted endpoint that was the last destination', async ({
    jupyterlab,
    lab
  }) => {
    const { images, transfers } = await jupyterlab.openPanel();
    await images.openCollection('demo');
    const dialog = await images.send(HELLO);
    await dialog.chooseFolder(SCRATCH, 'data');
    await dialog.send();
    await transfers.of(HELLO).hasArrived();
    await lab.sandbox.changeEndpoint(
      lab.names.STANFORD_SHERLOCK_SCRATCH ?? '',
      { deleted: true }
    );

    const again = await images.send('demo/hello:arm');
    await expect(again.errors).toContainText('was deleted');
    await expect(again.sendButton).toBeDisabled();
    await again.errors
      .getByRole('button', { name: 'Choose another endpoint' })
      .click();
    await again.chooseFolder('Stanford SRCC guest collection', 'data');
    await again.send();
    await transfers.of('demo/hello:arm').hasArrived();
  });

  test('a read-only destination', async ({ jupyterlab, lab }) => {
    const archive = 'Stanford Genomics archive (read only)';
    const before = await fs.readdir(lab.endpointPath(archive));
    const { images, transfers } = await jupyterlab.openPanel();
    await images.openCollection('demo');
    const dialog = await images.send(HELLO);
    await dialog.chooseFolder(archive);
    await dialog.send();
    // Globus reports this only when it writes, and keeps trying.
    const transfer = transfers.of(HELLO);
    await transfer.is('Stuck');
    await transfer.is('PERMISSION_DENIED');
    await transfer.cancel();
    await transfer.is('Canceled');
    expect(await fs.readdir(lab.endpointPath(archive))).toEqual(before);
  });

  test('Globus unavailable at the last click', async ({ jupyterlab, lab }) => {
    const { images, transfers } = await jupyterlab.openPanel();
    await images.openCollection('demo');
    const dialog = await images.send(HELLO);
    await dialog.chooseFolder(SCRATCH);
    await expect(dialog.sendButton).toBeEnabled();
    await lab.sandbox.setFaults({ route: 'GET *endpoint/*', status: 503 });
    await dialog.sendButton.click();
    await expect(dialog.errors).toContainText(
      'Globus is temporarily unavailable'
    );
    await lab.sandbox.setFaults();
    await dialog.errors.getByRole('button', { name: 'Try again' }).click();
    await dialog.isGone();
    await transfers.of(HELLO).hasArrived();
  });

  test('an image deleted from the registry', async ({ jupyterlab, lab }) => {
    await fs.mkdir(lab.registryPath('gone'));
    await fs.copyFile(
      lab.registryPath('demo', 'hello', 'latest', 'hello_latest.sif'),
      lab.registryPath('gone', 'image_1.0.sif')
    );
    const { images } = await jupyterlab.openPanel();
    await images.refresh();
    await images.openCollection('gone');
    await fs.rm(lab.registryPath('gone', 'image_1.0.sif'));
    const dialog = await images.send('gone/image:1.0');
    await dialog.chooseFolder(SCRATCH);
    await expect(dialog.errors).toContainText(/no image|no such image|has no/i);
    await expect(dialog.sendButton).toBeDisabled();
    await nothingIsSent(lab);
  });

  test('a truncated image', async ({ jupyterlab, lab }) => {
    const whole = await fs.readFile(
      lab.registryPath('demo', 'hello', 'latest', 'hello_latest.sif')
    );
    await fs.mkdir(lab.registryPath('cut'));
    await fs.writeFile(
      lab.registryPath('cut', 'image_1.0.sif'),
      whole.subarray(0, whole.length - 2000)
    );
    const { images } = await jupyterlab.openPanel();
    await images.refresh();
    await images.openCollection('cut');
    const dialog = await images.send('cut/image:1.0');
    await dialog.chooseFolder(SCRATCH);
    await expect(dialog.errors).toContainText('image_1.0.sif');
    await expect(dialog.sendButton).toBeDisabled();
    await nothingIsSent(lab);
  });
});
