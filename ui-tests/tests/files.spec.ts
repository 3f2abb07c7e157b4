import fs from 'fs/promises';
import { expect, requestsOf, test } from '../support/fixtures';
import { sha256 } from '../support/lab';

const SCRATCH = 'Stanford Sherlock scratch';

/** Requests that would load a file's content through the browser. */
function contentRequests(asked: readonly string[]): string[] {
  return asked.filter(
    url =>
      /\/(files|api\/contents)\/[^?]*\.sif/.test(url) &&
      !/[?&]content=0(&|$)/.test(url) &&
      // Listing checkpoints is fine. Creating one would copy the file.
      !/^GET .*\/checkpoints\?/.test(url)
  );
}

test('an image file is sent from its menu, and its content is never read', async ({
  jupyterlab,
  lab,
  page
}) => {
  await fs.copyFile(
    lab.registryPath('tacos', 'avocados', 'latest', 'avocados_latest.sif'),
    lab.notebookPath('big.sif')
  );
  await jupyterlab.open();
  const { files, sidebar } = jupyterlab;
  await files.show();
  const asked = requestsOf(page);
  await files.item('big.sif').click();
  const dialog = await files.send('big.sif');
  await expect(dialog.source('big.sif')).toContainText('25.2 MB');
  await dialog.chooseFolder(SCRATCH, 'images');
  await dialog.send();
  await sidebar.show();
  await sidebar.transfers.of('big.sif').hasArrived();
  await fs.stat(lab.endpointPath(SCRATCH, 'images', 'big.sif'));
  expect(contentRequests(asked)).toEqual([]);
});

test('an image file opens as a page of details, and its content is never read', async ({
  jupyterlab,
  page
}) => {
  await jupyterlab.open();
  const { files } = jupyterlab;
  await files.show();
  const asked = requestsOf(page);
  await files.item('hello.sif').dblclick();
  const main = page.getByRole('main');
  await expect(main.getByRole('heading', { name: 'hello.sif' })).toBeVisible();
  await expect(main).toContainText('amd64');
  await expect(main).toContainText('docker.io/library/debian:12-slim');
  await main.getByRole('button', { name: 'Send to Globus…' }).click();
  await expect(jupyterlab.sendDialog.source('hello.sif')).toBeVisible();
  expect(contentRequests(asked)).toEqual([]);
});

test('several image files are sent together; other files offer nothing', async ({
  jupyterlab,
  lab,
  page
}) => {
  const hello = lab.notebookPath('hello.sif');
  await fs.copyFile(hello, lab.notebookPath('other.simg'));
  await fs.writeFile(lab.notebookPath('notes.txt'), 'no image');
  await fs.mkdir(lab.notebookPath('folder.sif'));
  await jupyterlab.open();
  const { files } = jupyterlab;
  await files.show();
  for (const name of ['notes.txt', 'folder.sif']) {
    const menu = await files.openMenu(name);
    await expect(
      menu.getByRole('menuitem', { name: 'Open' }).first()
    ).toBeVisible();
    await expect(
      menu.getByRole('menuitem', { name: 'Send to Globus…' })
    ).toHaveCount(0);
    await page.keyboard.press('Escape');
  }
  await files.item('hello.sif').click();
  await files.item('other.simg').click({ modifiers: ['Control'] });
  const dialog = await files.send('other.simg');
  await expect(dialog.sources.getByRole('listitem')).toHaveCount(2);
  await dialog.cancel();
});

test.describe('where no endpoint serves the folder', () => {
  test.use({ variant: 'unserved' });

  test('an image file says so, and what to do', async ({ jupyterlab }) => {
    await jupyterlab.open();
    const { files } = jupyterlab;
    await files.show();
    const dialog = await files.send('hello.sif');
    await dialog.chooseFolder(SCRATCH);
    await expect(dialog.errors).toContainText(
      'is not in a folder served by a Globus endpoint'
    );
    await expect(dialog.errors).toContainText('config-paths');
    await expect(dialog.sendButton).toBeDisabled();
  });
});

test.describe('a command with paths', () => {
  const SEND = 'sregistry-globus:send-files';

  test('sends a file on the drive of jupyter-collaboration, which is on this server', async ({
    jupyterlab,
    lab
  }) => {
    await jupyterlab.openPanel();
    await jupyterlab.addDrive('RTC');
    await jupyterlab.execute(SEND, { paths: ['RTC:hello.sif'] });
    const dialog = jupyterlab.sendDialog;
    await dialog.isShown();
    await dialog.chooseFolder(SCRATCH, 'images');
    await dialog.send();
    await jupyterlab.sidebar.transfers.of('hello.sif').hasArrived();
    const arrived = lab.endpointPath(SCRATCH, 'images', 'hello.sif');
    expect(await sha256(arrived)).toBe(
      await sha256(lab.notebookPath('hello.sif'))
    );
  });

  test('refuses a file on another drive, and says why', async ({
    jupyterlab,
    page
  }) => {
    await jupyterlab.open();
    await jupyterlab.addDrive('S3');
    await jupyterlab.execute(SEND, { paths: ['S3:hello.sif'] });
    await expect(page.getByRole('dialog')).toContainText(
      'hello.sif is on the drive S3. Only files on this Jupyter server can be sent.'
    );
    await expect(jupyterlab.sendDialog.root).toHaveCount(0);
  });
});

test.describe('on a server that keeps no files on disk', () => {
  test.use({ variant: 'no-files' });

  test('files offer nothing and say why; images of registries are sent as ever', async ({
    jupyterlab,
    page
  }) => {
    const reason = 'This server does not keep its files on disk';
    await jupyterlab.open();
    const { files } = jupyterlab;
    await files.show();
    const menu = await files.openMenu('hello.sif');
    await expect(
      menu.getByRole('menuitem', { name: 'Open' }).first()
    ).toBeVisible();
    await expect(
      menu.getByRole('menuitem', { name: 'Send to Globus…' })
    ).toHaveCount(0);
    await page.keyboard.press('Escape');

    await files.item('hello.sif').dblclick();
    const main = page.getByRole('main');
    await expect(main).toContainText(reason);
    await expect(main.getByRole('button', { name: /^Send to/ })).toHaveCount(0);

    await jupyterlab.execute('sregistry-globus:send-files', {
      paths: ['hello.sif']
    });
    await expect(page.getByRole('dialog')).toContainText(reason);
    await page.getByRole('dialog').getByRole('button').last().click();

    await jupyterlab.sidebar.show();
    const { images, transfers } = jupyterlab.sidebar;
    await images.openCollection('demo');
    const dialog = await images.send('demo/hello:latest');
    await dialog.chooseFolder(SCRATCH, 'images');
    await dialog.send();
    await transfers.of('demo/hello:latest').hasArrived();
  });
});

test('a truncated image file is not sent', async ({ jupyterlab, lab }) => {
  const whole = await fs.readFile(lab.notebookPath('hello.sif'));
  await fs.writeFile(
    lab.notebookPath('cut.sif'),
    whole.subarray(0, whole.length / 2)
  );
  await jupyterlab.open();
  const { files } = jupyterlab;
  await files.show();
  const dialog = await files.send('cut.sif');
  await dialog.chooseFolder(SCRATCH);
  await expect(dialog.errors).toContainText('cut.sif');
  await expect(dialog.sendButton).toBeDisabled();
});
