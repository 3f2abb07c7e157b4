import { expect, test } from '../support/fixtures';
import { sha256 } from '../support/lab';

const SCRATCH = 'Stanford Sherlock scratch';

test.describe('first contact', () => {
  test.use({ isConnected: false });

  test('from connecting to the file at its destination, by clicking', async ({
    jupyterlab,
    lab
  }) => {
    const sidebar = await jupyterlab.openPanel();
    const { images, endpoints, transfers } = sidebar;
    await expect(endpoints.root).toContainText('Connect to Globus');

    const login = await sidebar.connect();
    await expect(login.consents).toContainText([
      'Transfer files using Globus Transfer'
    ]);
    await login.allowAndClose();
    await sidebar.isConnectedAs('Ada Researcher');

    // The user's endpoints are shown.
    await expect(endpoints.list('Mine')).toContainText('My computer (demo)');
    await expect(endpoints.list('Shared with me')).toContainText(SCRATCH);

    await endpoints.find('stanford');
    await expect(endpoints.list('Search results')).toContainText(SCRATCH);

    await images.openCollection('tacos');
    const dialog = await images.send('tacos/avocados:latest');
    await dialog.chooseFolder(SCRATCH, 'images');
    await expect(dialog.source('tacos/avocados:latest')).toContainText(
      'Saved as /images/avocados_latest.sif'
    );
    await dialog.send();

    const transfer = transfers.of('tacos/avocados:latest');
    await expect(async () => {
      expect(await transfer.percent()).toBeGreaterThan(0);
    }).toPass();
    await transfer.hasArrived();
    await expect(jupyterlab.notifications).toContainText('Completed: ');

    expect(
      await sha256(lab.endpointPath(SCRATCH, 'images', 'avocados_latest.sif'))
    ).toBe(
      await sha256(
        lab.registryPath('tacos', 'avocados', 'latest', 'avocados_latest.sif')
      )
    );
  });
});

test('an image sent from a notebook cell shows in the panel and arrives', async ({
  jupyterlab,
  lab
}) => {
  await jupyterlab.open(undefined, 'lab/tree/Send%20an%20image.ipynb');
  await jupyterlab.sidebar.show();
  const { notebook, sidebar } = jupyterlab;
  await notebook.isReady();
  await notebook.run(0);
  expect(await (await notebook.run(1)).innerText()).toContain('tacos');
  await expect(await notebook.run(2)).toContainText(SCRATCH);

  const output = await notebook.run(3);
  const transfer = sidebar.transfers.of('tacos/avocados:latest');
  await expect(transfer.root).toBeVisible({ timeout: 5000 });
  // The server follows the kernel's transfer immediately. The copy takes three seconds.
  await transfer.hasArrived(15_000);
  // The cell's card is live too.
  await expect(output.getByRole('article')).toContainText('Completed');

  await expect(await notebook.run(4)).toContainText('tacos/avocados:latest');
  expect(await sha256(lab.endpointPath(SCRATCH, 'avocados_latest.sif'))).toBe(
    await sha256(
      lab.registryPath('tacos', 'avocados', 'latest', 'avocados_latest.sif')
    )
  );
});
