import type { Locator, Page } from '@playwright/test';
import { expect, test } from '../support/fixtures';
import { GlobusLogin } from '../pages/globuslogin';

const SCRATCH = 'Stanford Sherlock scratch';

test.use({ isConnected: false });

/** Press Tab until the element has the focus. Fails after one round. */
async function tabTo(page: Page, target: Locator, key = 'Tab'): Promise<void> {
  for (let presses = 0; presses < 80; presses++) {
    if (await target.evaluate(node => node === document.activeElement)) {
      return;
    }
    await page.keyboard.press(key);
  }
  await expect(target).toBeFocused();
}

test('the keyboard alone is enough from connecting to a completed transfer', async ({
  jupyterlab,
  page,
  context
}) => {
  await jupyterlab.open();
  const { sidebar } = jupyterlab;

  await jupyterlab.runCommand('Show Globus Images Panel');
  await expect(sidebar.root).toBeVisible();

  // JupyterLab may take the focus while it starts, so tab there again.
  let tab: Page | undefined;
  await expect(async () => {
    await tabTo(page, sidebar.connectButton);
    const opened = context.waitForEvent('page', { timeout: 5_000 });
    await page.keyboard.press('Enter');
    tab = await opened;
  }).toPass({ timeout: 40_000 });
  const login = new GlobusLogin(tab!);
  await login.isShown();
  await tabTo(login.page, login.page.getByRole('button', { name: 'Allow' }));
  const closed = login.page.waitForEvent('close');
  await login.page.keyboard.press('Enter');
  await closed;
  await sidebar.isConnectedAs('Ada Researcher');

  // The tree is one tab stop. Arrow keys move within it.
  const { images } = sidebar;
  const latest = images.image('tacos/avocados:latest');
  await expect(async () => {
    await tabTo(page, images.filter);
    await tabTo(page, images.tree.getByRole('treeitem').first());
    await page.keyboard.press('End');
    await expect(images.row('tacos')).toBeFocused({ timeout: 3_000 });
    await page.keyboard.press('ArrowRight');
    await expect(latest).toBeVisible({ timeout: 3_000 });
  }).toPass({ timeout: 40_000 });
  for (let presses = 0; presses < 10; presses++) {
    if (await latest.evaluate(node => node === document.activeElement)) {
      break;
    }
    await page.keyboard.press('ArrowDown');
  }
  await expect(latest).toBeFocused();
  await page.keyboard.press('Space');
  await expect(latest).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('Tab');
  await expect(images.sendButton('tacos/avocados:latest')).toBeFocused();
  await page.keyboard.press('Enter');

  const dialog = jupyterlab.sendDialog;
  await dialog.isShown();
  await expect(dialog.destination.search).toBeFocused();
  await page.keyboard.type('sherlock scratch');
  await expect(dialog.destination.button(SCRATCH)).toBeVisible();
  await tabTo(page, dialog.destination.button(SCRATCH));
  await page.keyboard.press('Enter');
  // The list of folders is one tab stop, too.
  const folder = (name: string) =>
    dialog.destination.entries.getByRole('button', { name });
  await expect(folder('data')).toBeVisible();
  await tabTo(page, folder('data'));
  await page.keyboard.press('ArrowDown');
  await expect(folder('images')).toBeFocused();
  await page.keyboard.press('Enter');
  await dialog.destination.isAt('images');
  await expect(dialog.sendButton).toBeEnabled();
  await tabTo(page, dialog.sendButton);
  await page.keyboard.press('Enter');
  await dialog.isGone();
  await sidebar.transfers.of('tacos/avocados:latest').hasArrived();
});

test('the focus stays within the dialog, and then returns to where it was', async ({
  jupyterlab,
  lab,
  page
}) => {
  await lab.connect();
  const { images } = await jupyterlab.openPanel();
  await images.openCollection('demo');
  const opener = images.sendButton('demo/hello:latest');
  await images.image('demo/hello:latest').click();
  await opener.focus();
  await page.keyboard.press('Enter');
  const dialog = jupyterlab.sendDialog;
  await expect(dialog.destination.list('Mine')).toBeVisible();
  for (const key of ['Tab', 'Shift+Tab']) {
    for (let presses = 0; presses < 30; presses++) {
      await page.keyboard.press(key);
      expect(
        await dialog.root.evaluate(node =>
          node.contains(document.activeElement)
        )
      ).toBe(true);
    }
  }
  await page.keyboard.press('Escape');
  await dialog.isGone();
  await expect(opener).toBeFocused();
});

test('the focus is never lost in the dialog, and Escape still closes it', async ({
  jupyterlab,
  lab,
  page
}) => {
  await lab.connect();
  const { images } = await jupyterlab.openPanel();
  await images.openCollection('demo');
  await images.image('demo/hello:arm').click();
  await images.image('demo/hello:latest').click({ modifiers: ['Shift'] });
  const dialog = await images.sendSelected();
  await dialog.chooseFolder(SCRATCH);
  const isWithin = () =>
    dialog.root.evaluate(node => node.contains(document.activeElement));
  await expect.poll(isWithin).toBe(true);
  // As JupyterLab does after a slow start.
  await page.locator('.jp-Launcher').evaluate(node => node.focus());
  await expect.poll(isWithin).toBe(true);
  await dialog.root
    .getByRole('button', {
      name: 'Remove demo/hello:latest from this transfer'
    })
    .focus();
  await page.keyboard.press('Enter');
  await expect(dialog.sources.getByRole('listitem')).toHaveCount(1);
  await expect.poll(isWithin).toBe(true);
  await page.keyboard.press('Escape');
  await dialog.isGone();
});
