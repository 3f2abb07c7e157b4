import { expect, test } from '../support/fixtures';
import { sha256 } from '../support/lab';

const CLUSTER = 'Alder cluster';
const SCRATCH = 'Stanford Sherlock scratch';

test.describe('where no endpoint serves the folder', () => {
  test.use({ variant: 'unserved' });

  test('an image file is uploaded from its menu, with its consents on the way', async ({
    jupyterlab,
    lab
  }) => {
    await jupyterlab.open();
    const { files, sidebar } = jupyterlab;
    await files.show();
    const dialog = await files.send('hello.sif');
    await dialog.destination.find('alder');
    await dialog.destination.button(CLUSTER).click();
    await (
      await sidebar.openLogin(
        dialog.root.getByRole('button', { name: 'Log in to continue' }).first()
      )
    ).allowAndClose();
    await expect(
      dialog.destination.root.getByRole('group', {
        name: `Folders on ${CLUSTER}`
      })
    ).toBeVisible();
    // Its consent is asked for only once this route is chosen.
    await (
      await sidebar.openLogin(
        dialog.errors.getByRole('button', { name: 'Log in to continue' })
      )
    ).allowAndClose();
    const source = dialog.source('hello.sif');
    await expect(source).toContainText('Direct upload: keep this computer on');
    await dialog.send();

    await sidebar.show();
    const transfer = sidebar.transfers.of('hello.sif');
    await transfer.hasArrived();
    await transfer.showDetails();
    await transfer.is('Checked by reading it back');
    const uploaded = lab.endpointPath(CLUSTER, 'ada', 'hello.sif');
    const digest = await sha256(lab.notebookPath('hello.sif'));
    expect(await sha256(uploaded)).toBe(digest);

    // And back, into a registry that no endpoint here can write to.
    const { endpoints } = sidebar;
    await endpoints.find('alder');
    await endpoints.open(CLUSTER);
    await endpoints.get('hello.sif', 'pulled');
    const pulled = sidebar.transfers.of('This computer');
    await pulled.hasArrived();
    await pulled.showDetails();
    await pulled.is('Checksum computed while it was received');
    expect(await sha256(lab.registryPath('pulled', 'hello.sif'))).toBe(digest);
  });
});

test.describe('on a cluster whose collection serves the folder under another path', () => {
  test.use({ variant: 'cluster' });

  test('an image file leaves from that collection, after a consent', async ({
    jupyterlab,
    lab
  }) => {
    await lab.sandbox.changeEndpoint(lab.names.ALDER_CLUSTER ?? '', {
      root: lab.notebookPath()
    });
    await jupyterlab.open();
    const { files, sidebar } = jupyterlab;
    await files.show();
    const dialog = await files.send('hello.sif');
    await dialog.chooseFolder(SCRATCH, 'images');
    const login = dialog.errors.getByRole('button', {
      name: 'Log in to continue'
    });
    await (await sidebar.openLogin(login)).allowAndClose();
    await expect(dialog.source('hello.sif')).toContainText(
      'Sent from this machine'
    );
    await dialog.send();

    await sidebar.show();
    const transfer = sidebar.transfers.of('hello.sif');
    await transfer.hasArrived();
    await transfer.showDetails();
    await transfer.is(`From ${CLUSTER}`);
    expect(await sha256(lab.endpointPath(SCRATCH, 'images', 'hello.sif'))).toBe(
      await sha256(lab.notebookPath('hello.sif'))
    );
  });
});
