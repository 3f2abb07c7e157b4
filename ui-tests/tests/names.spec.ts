import fs from 'fs/promises';
import type { Page } from '@playwright/test';
import { expect, test } from '../support/fixtures';
import { sha256 } from '../support/lab';

const SCRATCH = 'Stanford Sherlock scratch';
// What would run if a name became part of the page.
const SCRIPT = '<img src=x onerror="window.wasHit=1">';

test.afterEach(async ({ page }) => {
  expect(
    await page.evaluate(() => (window as { wasHit?: number }).wasHit)
  ).toBeUndefined();
});

/** Put an image into the registry's folder. */
async function addImage(
  source: string,
  ...target: [string, ...string[]]
): Promise<void> {
  await fs.mkdir(target.slice(0, -1).join('/'), { recursive: true });
  await fs.copyFile(source, target.join('/'));
}

async function isText(page: Page, text: string): Promise<void> {
  await expect(page.getByText(text).first()).toBeVisible();
}

for (const [what, collection, file, shown] of [
  ['HTML', `<b>bold`, `${SCRIPT}_1.0.sif`, SCRIPT],
  ['quotes', `it's "quoted"`, `a 'b' "c"_1.0.sif`, `a 'b' "c"`],
  ['marks of addresses', '50% #1 & more', 'x#y?z%20&_1.0.sif', 'x#y?z%20&'],
  [
    'blanks and other scripts',
    '画像 ‏ ä',
    'ein Bild für 図_1.0.sif',
    'ein Bild für 図'
  ]
] as const) {
  test(`names with ${what} are shown as text, and sent`, async ({
    jupyterlab,
    lab,
    page
  }) => {
    const hello = lab.registryPath('demo', 'hello', 'latest', 'hello.sif');
    await addImage(hello, lab.registryPath(collection), file);
    const { images, transfers } = await jupyterlab.openPanel();
    await images.refresh();
    await images.openCollection(collection);
    await isText(page, shown);

    const name = `${collection}/${shown}:1.0`;
    const dialog = await images.send(name);
    await dialog.chooseFolder(SCRATCH, 'data');
    await expect(dialog.source(shown)).toContainText('becomes /data/');
    await dialog.send();
    await transfers.all.first().waitFor();
    await expect(transfers.all.first()).toContainText('Arrived', {
      timeout: 20_000
    });
    const [arrived] = (
      await fs.readdir(lab.endpointPath(SCRATCH, 'data'))
    ).filter(one => one.endsWith('.sif'));
    expect(await sha256(lab.endpointPath(SCRATCH, 'data', arrived ?? ''))).toBe(
      await sha256(hello)
    );
  });
}

test('a name with a line break is shown in one line, and nothing breaks', async ({
  jupyterlab,
  lab,
  page
}) => {
  const hello = lab.registryPath('demo', 'hello', 'latest', 'hello.sif');
  await addImage(
    hello,
    lab.registryPath('two\nlines'),
    'first\nsecond_1.0.sif'
  );
  const { images } = await jupyterlab.openPanel();
  await images.refresh();
  // Listed or left out with a word, but the others are there.
  await images.openCollection('demo');
  await expect(images.row('latest')).toBeVisible();
  await expect(images.root.getByRole('alert')).toHaveCount(0);
  const row = images.tree.getByRole('treeitem').filter({ hasText: 'lines' });
  if ((await row.count()) > 0) {
    await row.click();
    await isText(page, 'second');
  }
});

test('names of endpoints and folders are text', async ({
  jupyterlab,
  lab,
  page
}) => {
  const id = lab.names.STANFORD_SRCC_GUEST ?? '';
  await lab.sandbox.changeEndpoint(id, {
    display_name: `Evil ${SCRIPT}`,
    description: SCRIPT,
    organization: `<script>window.wasHit=1</script>`
  });
  const folder = lab.endpointPath('Stanford SRCC guest collection');
  await fs.mkdir(`${folder}/${SCRIPT}`);
  await fs.mkdir(`${folder}/100% "x" #1`);
  const { endpoints } = await jupyterlab.openPanel();
  await endpoints.find('evil');
  await isText(page, `Evil ${SCRIPT}`);
  await endpoints.button('Evil').click();
  await endpoints.goInto('100% "x" #1');
  await expect(endpoints.folder).toContainText('This folder is empty');
  await endpoints.path.getByRole('button', { name: '/', exact: true }).click();
  await endpoints.goInto(SCRIPT);
});

test('what Globus and a task say is text', async ({
  jupyterlab,
  lab,
  page
}) => {
  await lab.sandbox.setTaskFaults({
    code: 'CONNECTION_BROKEN',
    description: SCRIPT
  });
  const { transfers } = await jupyterlab.openPanel();
  await lab.api('POST', 'sends', {
    sources: [{ reference: 'images://demo/hello:latest' }],
    destination: {
      endpoint_id: lab.names.STANFORD_SHERLOCK_SCRATCH,
      path: '/data/'
    },
    options: { label: `Label ${SCRIPT}` }
  });
  const transfer = transfers.of('Label');
  await transfer.is('Stuck');
  await transfer.is(SCRIPT);
  await transfer.showDetails();
  await expect(jupyterlab.notifications).toContainText(SCRIPT);
  await isText(page, `Label ${SCRIPT}`);
});

test('labels and definition of an image are text', async ({
  jupyterlab,
  lab,
  page
}) => {
  const file = lab.notebookPath('evil.sif');
  const bytes = await fs.readFile(lab.notebookPath('hello.sif'));
  // Of the same length, so that the rest of the file stays where it is.
  const before = 'A few KB, gone in a blink';
  const after = '<img src=x onerror=hit()>';
  expect(after).toHaveLength(before.length);
  let at = bytes.indexOf(before);
  expect(at).toBeGreaterThan(0);
  while (at !== -1) {
    bytes.write(after, at);
    at = bytes.indexOf(before, at);
  }
  await fs.writeFile(file, bytes);
  await jupyterlab.open();
  await jupyterlab.files.show();
  await jupyterlab.files.item('evil.sif').dblclick();
  const details = page.locator('.jp-SRegistryGlobus-pageHost');
  await expect(details).toContainText(after);
  await expect(details.locator('img')).toHaveCount(0);
});
