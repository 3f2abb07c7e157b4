import fs from 'fs/promises';
import { expect, test } from '../support/fixtures';
import type { Lab } from '../support/lab';

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
    await dialog.errors.getByRole('button', { name: 'Retry' }).click();
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
