import { expect, test } from '../support/fixtures';

test.use({ isConnected: false });

test.describe('without a client id', () => {
  test.use({ variant: 'not-configured' });

  test('the panel says who can set up Globus and how, and offers the sandbox', async ({
    jupyterlab
  }) => {
    const { account, images, endpoints } = await jupyterlab.openPanel();
    await expect(account).toContainText('not set up');
    await expect(account).toContainText('client_id');
    await expect(account).toContainText('jupyter sregistry-globus demo');
    await expect(account.getByRole('button', { name: 'Connect' })).toHaveCount(
      0
    );
    await images.openCollection('demo');
    await expect(images.row('latest')).toBeVisible();
    await expect(images.sendButton('demo/hello:latest')).toHaveCount(0);
    await expect(endpoints.search).toHaveCount(0);
  });
});

test.describe('switched off by an administrator', () => {
  test.use({ variant: 'disabled' });

  test('the panel says so, images can be browsed, and no requests go to Globus', async ({
    jupyterlab,
    lab,
    page
  }) => {
    const { account, images, endpoints } = await jupyterlab.openPanel();
    await expect(account).toContainText('turned off');
    await expect(account).toContainText('administrator');
    await expect(account.getByRole('button')).toHaveCount(0);
    await images.openCollection('demo');
    await expect(images.row('latest')).toBeVisible();
    await images.row('latest').click({ button: 'right' });
    await expect(
      page.getByRole('menuitem', { name: 'Show Details' })
    ).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(endpoints.search).toHaveCount(0);
    expect(await lab.sandbox.requests()).toEqual([]);
  });
});

test.describe('connected', () => {
  test.use({ isConnected: true });

  test('the panel says once that the Jupyter server cannot be reached', async ({
    jupyterlab,
    page
  }) => {
    await page.route('**/sregistry-globus/transfers*', route => route.abort());
    const { account, root } = await jupyterlab.openPanel();
    await expect(account.getByRole('alert')).toContainText(
      'The Jupyter server did not answer'
    );
    await expect(root.getByRole('alert')).toHaveCount(1);
    await page.unroute('**/sregistry-globus/transfers*');
    await account.getByRole('button', { name: 'Retry' }).click();
    await expect(root.getByRole('alert')).toHaveCount(0);
  });
});
