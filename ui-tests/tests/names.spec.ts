import fs from 'fs/promises';
import type { Page } from '@playwright/test';
import { expect, test } from '../support/fixtures';
import { sha256 } from '../support/lab';

const SCRATCH = 'Stanford Sherlock scratch';
// Names that would run if they became part of the page.
const SCRIPT = '<img src=x onerror="window.wasHit=1">';

test.afterEach(async ({ page }) => {
  expect(
    await page.evaluate(() => (window as { wasHit?: number }).wasHit)
  ).toBeUndefined();
});

/** Add an image to the registry's folder. */
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

const awkward: {
  what: string;
  collection: string;
  file: string;
  image: string;
}[] = [
  {
    what: 'HTML',
    collection: '<b>bold',
    file: `${SCRIPT}_1.0.sif`,
    image: `${SCRIPT}:1.0`
  },
  {
    what: 'quotes',
    collection: `it's "quoted"`,
    file: `a 'b' "c"_1.0.sif`,
    image: `a 'b' "c":1.0`
  },
  {
    what: 'marks of addresses',
    collection: '50% #1 & more',
    file: 'x#y?z%20&_1.0.sif',
    image: 'x#y?z%20&:1.0'
  },
  {
    what: 'marks of references',
    collection: 'a:b@c',
    file: 'x:y@z_1.0.sif',
    image: 'x:y@z_1.0'
  },
  {
    what: 'line breaks',
    collection: 'two\nlines',
    file: 'first\nsecond_1.0.sif',
    image: 'first second:1.0'
  },
  {
    what: 'blanks and other scripts',
    collection: '画像 \u200f ä',
    file: 'ein Bild für 図_1.0.sif',
    image: 'ein Bild für 図:1.0'
  },
  {
    what: 'characters that hide or reorder text',
    collection: 'a\u200bb',
    file: '\u202egpj\u2066x_1.0.sif',
    image: '\ufffdgpj\ufffdx:1.0'
  }
];

for (const { what, collection, file, image } of awkward) {
  test(`names with ${what} are shown as text, and sent`, async ({
    jupyterlab,
    lab,
    page
  }) => {
    const hello = lab.registryPath(
      'demo',
      'hello',
      'latest',
      'hello_latest.sif'
    );
    await addImage(hello, lab.registryPath(collection), file);
    const { images, transfers } = await jupyterlab.openPanel();
    await images.refresh();
    // Texts are compared as displayed: a line break is a space, and what hides or reorders is �.
    const seen = collection.replace('\n', ' ').replace(/\p{Cf}/gu, '\ufffd');
    await images.openCollection(seen);

    const dialog = await images.send(`${seen}/${image}`);
    await dialog.chooseFolder(SCRATCH, 'data');
    await expect(dialog.source(`${seen}/${image}`)).toContainText(
      'Saved as /data/'
    );
    await dialog.send();
    await transfers.of(`${seen}/${image}`).hasArrived();
    const arrived = await fs.readdir(lab.endpointPath(SCRATCH, 'data'));
    // A file keeps its name, except for what breaks, hides or reorders text.
    const name = file.replace(/[\n\p{Cf}]/gu, '_');
    expect(arrived).toContain(name);
    expect(await sha256(lab.endpointPath(SCRATCH, 'data', name))).toBe(
      await sha256(hello)
    );
    await isText(page, image);
  });
}

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

test('messages of Globus and of tasks are text', async ({
  jupyterlab,
  lab,
  page
}) => {
  await lab.sandbox.setTaskFaults({
    code: 'CONNECTION_BROKEN',
    description: SCRIPT
  });
  const { transfers } = await jupyterlab.openPanel();
  await lab.api('POST', 'transfers', {
    sources: [{ kind: 'image', reference: 'images://demo/hello:latest' }],
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
  // Of the same length, so that offsets in the file stay valid.
  const before = 'A few kB, sent in a second';
  const after = '<img src=x onerror=hit( )>';
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
