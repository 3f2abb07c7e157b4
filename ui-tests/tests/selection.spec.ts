import fs from 'fs/promises';
import path from 'path';
import { expect, test } from '../support/fixtures';
import type { Lab } from '../support/lab';

/** More images than the panel loads at once. Its name sorts it to the end. */
const COUNT = 450;
const LONG = 'zoo';

async function fillCollection(lab: Lab): Promise<void> {
  const folder = lab.registryPath(LONG);
  await fs.mkdir(folder);
  const image = lab.registryPath('demo', 'hello', 'latest', 'hello_latest.sif');
  for (let i = 0; i < COUNT; i++) {
    await fs.copyFile(image, path.join(folder, `ant_${1000 + i}.sif`));
  }
}

const name = (index: number) => `${LONG}/ant:${1000 + index}`;

test.beforeEach(({ lab }) => fillCollection(lab));

test('a range with Shift holds images that were not loaded yet', async ({
  jupyterlab,
  page
}) => {
  const { images } = await jupyterlab.openPanel();
  await images.refresh();
  await images.openCollection(LONG);
  await images.image(name(1)).click();
  await page.keyboard.press('Shift+End');
  await expect(images.selection).toContainText(`${COUNT - 1} images`);

  // Back by clicking, over rows that are loaded now.
  await page.keyboard.press('Home');
  await images.image(name(3)).click({ modifiers: ['Shift'] });
  await expect(images.selection).toContainText('3 images');
});

test('a range that cannot be loaded says so, and keeps the selection', async ({
  jupyterlab,
  page
}) => {
  const { images } = await jupyterlab.openPanel();
  await images.refresh();
  await images.openCollection(LONG);
  // A listing that goes on while nothing can be loaded would leave the panel with its beginning.
  await expect(images.root).toContainText(`${COUNT} images`);
  await images.image(name(0)).click();
  const listing = '**/sregistry-globus/images?*';
  await page.route(listing, route => route.fulfill({ status: 503, body: '' }));
  await page.keyboard.press('Shift+End');
  await expect(images.root).toContainText('The selection did not change');
  await expect(images.selection).toContainText('1 image');

  await page.unroute(listing);
  await expect(images.tree.locator('[role=treeitem]:focus')).toHaveCount(1);
  await page.keyboard.press('Home');
  await expect(images.tree.getByRole('treeitem').first()).toBeFocused();
  await page.keyboard.press('Shift+End');
  await expect(images.selection).toContainText(`${COUNT} images`);
  await expect(images.root).not.toContainText('The selection did not change');
});

test('a selection outlives the filter, and a range in the results adds to it', async ({
  jupyterlab
}) => {
  const { images } = await jupyterlab.openPanel();
  await images.refresh();
  await images.openCollection(LONG);
  await images.image(name(0)).click();
  await images.image(name(2)).click({ modifiers: ['Control'] });
  await images.filter.fill('pytorch');
  await images.image('ml/pytorch:2.3').click({ modifiers: ['Shift'] });
  await expect(images.selection).toContainText('3 images');
  await images.filter.fill('');
  const dialog = await images.sendSelected();
  await expect(dialog.sources.getByRole('listitem')).toHaveCount(3);
  await dialog.cancel();
});
