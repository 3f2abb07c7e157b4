import fs from 'fs/promises';
import { expect, test } from '../support/fixtures';
import { sha256 } from '../support/lab';

const SCRATCH = 'Stanford Sherlock scratch';
const HELLO = 'demo/hello:latest';

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
  await expect(images.selection).toContainText('2 images');

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
  await expect(images.selection).toContainText('SRCC guest collection:/data/');
  const dialog = await images.sendSelected();
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
