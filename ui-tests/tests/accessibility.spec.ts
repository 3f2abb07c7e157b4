import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, test } from '../support/fixtures';

const SCRATCH = 'Stanford Sherlock scratch';

/** Return the problems that axe finds in a part of the page. */
async function problems(page: Page, part: string): Promise<string[]> {
  // JupyterLab's body has no height and hides its overflow, so axe considers all text hidden.
  await page.addStyleTag({ content: 'body { height: 100vh; }' });
  const { violations, passes } = await new AxeBuilder({ page })
    .include(part)
    // JupyterLab's own.
    .exclude('jp-button')
    .exclude('jp-search')
    .options({ preload: false })
    .analyze();
  const seen = passes
    .concat(violations)
    .find(({ id }) => id === 'color-contrast');
  expect(seen?.nodes.length).toBeGreaterThan(5);
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(
      node => `${id}: ${node.html.slice(0, 200)} ${node.failureSummary}`
    )
  );
}

for (const theme of ['JupyterLab Light', 'JupyterLab Dark']) {
  test.describe(theme, () => {
    test.beforeEach(async ({ lab }) => {
      await lab.writeSettings('@jupyterlab/apputils-extension:themes', {
        theme
      });
    });

    test('axe finds nothing in the panel', async ({
      jupyterlab,
      lab,
      page
    }) => {
      const { images, endpoints, transfers } = await jupyterlab.openPanel();
      await lab.sandbox.setTaskFaults({
        code: 'CONNECTION_BROKEN',
        path: 'hello_latest.sif'
      });
      for (const reference of ['demo/hello:latest', 'demo/hello:arm']) {
        await lab.api('POST', 'transfers', {
          sources: [{ kind: 'image', reference: `images://${reference}` }],
          destination: {
            endpoint_id: lab.names.STANFORD_SHERLOCK_SCRATCH,
            path: '/data/'
          }
        });
      }
      await transfers.of('demo/hello:latest').is('Stuck');
      await transfers.of('demo/hello:arm').hasArrived();
      await images.openCollection('tacos');
      await images.image('tacos/avocados:latest').click();
      await endpoints.find('stanford');
      expect(await problems(page, '#jp-SRegistryGlobus')).toEqual([]);
      await endpoints.open(SCRATCH);
      await expect(endpoints.entries).toBeVisible();
      expect(await problems(page, '#jp-SRegistryGlobus')).toEqual([]);
    });

    test('axe finds nothing in the panel of a user who is not connected', async ({
      jupyterlab,
      lab,
      page
    }) => {
      await lab.api('DELETE', 'account');
      const sidebar = await jupyterlab.openPanel();
      await sidebar.isDisconnected();
      expect(await problems(page, '#jp-SRegistryGlobus')).toEqual([]);
      await sidebar.connect();
      expect(await problems(page, '#jp-SRegistryGlobus')).toEqual([]);
    });

    test('axe finds nothing in the dialog', async ({ jupyterlab, page }) => {
      const { images } = await jupyterlab.openPanel();
      await images.openCollection('demo');
      const dialog = await images.send('demo/hello:arm');
      await expect(dialog.destination.list('Mine')).toBeVisible();
      expect(await problems(page, '.jp-SRegistryGlobus-dialog')).toEqual([]);
      await dialog.chooseFolder(SCRATCH);
      await dialog.showOptions();
      await expect(dialog.source('demo/hello:arm')).toContainText('arm64');
      expect(await problems(page, '.jp-SRegistryGlobus-dialog')).toEqual([]);
      await dialog.typePath('/no/such/');
      await expect(dialog.errors).toBeVisible();
      expect(await problems(page, '.jp-SRegistryGlobus-dialog')).toEqual([]);
    });

    test('axe finds nothing on the page of an image', async ({
      jupyterlab,
      page
    }) => {
      const { images } = await jupyterlab.openPanel();
      await images.openCollection('tacos');
      await images.chooseFromMenu('tacos/avocados:latest', 'Show Details');
      await expect(
        page.getByRole('main').getByRole('heading', { name: 'Labels' })
      ).toBeVisible();
      expect(await problems(page, '.jp-SRegistryGlobus-pageHost')).toEqual([]);
    });
  });
}
