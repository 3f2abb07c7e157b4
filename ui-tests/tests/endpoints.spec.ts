import fs from 'fs/promises';
import { expect, test } from '../support/fixtures';

const SCRATCH = 'Stanford Sherlock scratch';

test('a search shows whether each endpoint is ready, and what to do if not', async ({
  jupyterlab
}) => {
  const { endpoints } = await jupyterlab.openPanel();
  await endpoints.find('stanford');
  await expect(endpoints.item(SCRATCH)).toContainText(
    'Available (not checked)'
  );
  await expect(endpoints.item('Stanford Oak storage')).toContainText(
    'Needs your consent'
  );
  await expect(
    endpoints.item('Stanford Oak storage').getByRole('button', {
      name: 'Grant access'
    })
  ).toBeEnabled();
  const host = endpoints.list('Search results').getByRole('button', {
    name: /^Stanford Sherlock Can’t/
  });
  await expect(host).toContainText('Can’t receive files');
  await expect(host).toBeDisabled();

  await endpoints.search.fill('zzz');
  await expect(endpoints.root).toContainText('No matching endpoints');
  await endpoints.search.press('Escape');
  await expect(endpoints.list('Mine')).toBeVisible();
});

test('an offline endpoint is listed but cannot be opened', async ({
  jupyterlab
}) => {
  const { endpoints } = await jupyterlab.openPanel();
  const laptop = endpoints.item("Ada's laptop");
  await expect(laptop).toContainText('Offline');
  await expect(laptop).toContainText('Start Globus Connect Personal');
  await expect(endpoints.button("Ada's laptop")).toBeDisabled();
  await expect(endpoints.item('Lab workstation')).toContainText('Paused');
});

test('scopes narrow the search', async ({ jupyterlab }) => {
  const { endpoints } = await jupyterlab.openPanel();
  const found = endpoints.list('Search results');
  await endpoints.setScope('Mine');
  await expect(found).toContainText("Ada's shared results");
  await expect(found).not.toContainText(SCRATCH);
  await endpoints.setScope('Shared with me');
  await expect(found).toContainText(SCRATCH);
  await expect(found).not.toContainText("Ada's shared results");
  await endpoints.setScope('Recent');
  await expect(found).toContainText('Stanford SRCC guest collection');
  await endpoints.setScope('Bookmarks');
  await expect(endpoints.list('Bookmarks')).toContainText('sherlock images');
});

test('a folder can be browsed, created and bookmarked', async ({
  jupyterlab,
  lab
}) => {
  const { endpoints } = await jupyterlab.openPanel();
  await endpoints.open(SCRATCH);
  await endpoints.goInto('projects');
  await expect(endpoints.entries).toContainText('tomography');
  await endpoints.makeFolder('my images');
  await endpoints.isAt('my images');
  expect(
    (
      await fs.stat(lab.endpointPath(SCRATCH, 'projects', 'my images'))
    ).isDirectory()
  ).toBe(true);

  await endpoints.bookmark('where I work');
  await expect(endpoints.folder).toContainText('Bookmarked as where I work');
  await endpoints.back();
  await endpoints.setScope('Bookmarks');
  await endpoints.button('where I work').click();
  await endpoints.isAt('my images');
  await endpoints.back();
  await endpoints
    .item('where I work')
    .getByRole('button', { name: 'Remove bookmark' })
    .click();
  await expect(endpoints.list('Bookmarks')).not.toContainText('where I work');
  await expect(endpoints.list('Bookmarks')).toContainText('sherlock images');
  await jupyterlab.notifications.getByRole('button', { name: 'Undo' }).click();
  await expect(endpoints.list('Bookmarks')).toContainText('where I work');
});

test('an image file can be downloaded, or the panel says why not', async ({
  jupyterlab,
  lab,
  page
}) => {
  await fs.writeFile(lab.endpointPath(SCRATCH, 'projects', 'mole_2.sif'), 'x');
  await fs.writeFile(lab.endpointPath(SCRATCH, 'projects', 'notes.txt'), 'x');
  const { endpoints } = await jupyterlab.openPanel();
  await endpoints.open(SCRATCH);
  await endpoints.goInto('projects');
  await expect(endpoints.entries).toContainText('notes.txt');
  const get = endpoints.entries.getByRole('button', { name: /^Download / });
  await expect(get).toHaveCount(1);
  await get.click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox').fill('new');
  await dialog.getByRole('button', { name: 'Download', exact: true }).click();
  // The demo's registry is read-only.
  await expect(dialog).toContainText('does not have write access');
});

test('an existing folder is not created again', async ({ jupyterlab }) => {
  const { endpoints } = await jupyterlab.openPanel();
  await endpoints.open(SCRATCH);
  await endpoints.makeFolder('images');
  await expect(endpoints.error).toContainText('already exists');
});

test('a folder of a hundred thousand files shows immediately', async ({
  jupyterlab
}) => {
  const { endpoints } = await jupyterlab.openPanel();
  await endpoints.find('sky survey');
  await endpoints.open('Sky survey archive');
  await endpoints.goInto('frames');
  await expect(endpoints.folder).toContainText(/1,?000 of 100,?000 entries/);
  // Only visible entries are drawn.
  expect(await endpoints.entries.getByRole('listitem').count()).toBeLessThan(
    100
  );
  await endpoints.entries.evaluate(node => node.scrollTo(0, 1e9));
  await expect(endpoints.entries.getByRole('listitem').last()).toBeVisible();
});

test('a failed search says so and can be repeated', async ({
  jupyterlab,
  lab
}) => {
  const { endpoints } = await jupyterlab.openPanel();
  await expect(endpoints.list('Mine')).toBeVisible();
  await lab.sandbox.setFaults({ route: 'GET *endpoint_search', status: 503 });
  await endpoints.search.fill('stanford');
  await expect(endpoints.error).toContainText(
    'Globus is temporarily unavailable'
  );
  await lab.sandbox.setFaults();
  await endpoints.error.getByRole('button', { name: 'Retry' }).click();
  await expect(endpoints.list('Search results')).toContainText(SCRATCH);
  await expect(endpoints.error).toHaveCount(0);
});

test('granting access to an endpoint makes it ready', async ({
  jupyterlab,
  lab
}) => {
  const sidebar = await jupyterlab.openPanel();
  const { endpoints } = sidebar;
  await endpoints.find('oak');
  const login = await sidebar.openLogin(
    endpoints
      .item('Stanford Oak storage')
      .getByRole('button', { name: 'Grant access' })
  );
  await login.allowAndClose();
  await expect(endpoints.item('Stanford Oak storage')).toContainText(
    'Available (not checked)'
  );
  await endpoints.open('Stanford Oak storage');
  await expect(endpoints.entries).toContainText('projects');
  const asked = (await lab.sandbox.requests())
    .filter(({ path }) => path.endsWith('/authorize'))
    .map(({ query }) => query.scope?.join(' '));
  expect(asked.at(-1)).toContain(`${lab.names.STANFORD_OAK ?? ''}/data_access`);
});

test('a high-assurance endpoint asks for a new login, then continues', async ({
  jupyterlab,
  lab
}) => {
  const sidebar = await jupyterlab.openPanel();
  const { endpoints } = sidebar;
  await lab.sandbox.advanceClock(31 * 60);
  await endpoints.find('clinical');
  await expect(endpoints.item('Clinical imaging')).toContainText(
    'High assurance'
  );
  await endpoints.button('Clinical imaging').click();
  await expect(endpoints.error).toContainText('Log in again');
  const login = await sidebar.openLogin(
    endpoints.error.getByRole('button', { name: 'Log in to continue' })
  );
  await login.allowAndClose();
  await expect(endpoints.entries).toContainText('projects');
});
