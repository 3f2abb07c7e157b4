import path from 'path';
import { expect, test } from '../support/fixtures';
import { setSidebarWidth } from '../support/sidebarwidth';

/** The pictures of the documentation, and the frames of its animation: `make pictures`. */
const FOLDER = path.join(__dirname, '..', '..', 'docs', 'images');
const FRAMES = path.join(__dirname, '..', 'test-results', 'frames');

for (const [word, name] of [
  ['light', 'JupyterLab Light'],
  ['dark', 'JupyterLab Dark']
] as const) {
  test.describe(word, () => {
    test.use({ viewport: { width: 1100, height: 640 } });

    test('the documentation is pictured', async ({ jupyterlab, lab, page }) => {
      await lab.writeSettings('@jupyterlab/apputils-extension:themes', {
        theme: name
      });
      let frame = 0;
      const shoot = async (what: string) => {
        const file = path.join(FOLDER, `${what}-${word}.png`);
        await page.screenshot({ path: file });
        await film();
      };
      const film = async () => {
        const number = String(frame++).padStart(2, '0');
        await page.screenshot({
          path: path.join(FRAMES, word, `${number}.png`)
        });
      };

      await jupyterlab.open(undefined, 'lab/tree/Send%20an%20image.ipynb');
      const { notebook, sidebar } = jupyterlab;
      await notebook.isReady();
      await sidebar.show();
      await setSidebarWidth(page, 300);
      await film();
      await sidebar.images.openCollection('tacos');
      await film();

      const dialog = await sidebar.images.send('tacos/avocados:latest');
      await dialog.chooseFolder('Stanford Sherlock scratch', 'images');
      await expect(dialog.source('avocados')).toBeVisible();
      await expect(dialog.sendButton).toBeEnabled();
      await shoot('send');
      await dialog.send();
      await sidebar.transfers.of('avocados').is('MB/s');
      await film();
      await sidebar.transfers.of('avocados').hasArrived();
      await film();

      for (const index of [0, 1, 2, 3, 4]) {
        await notebook.run(index);
      }
      const card = page.getByRole('main').getByRole('article');
      await expect(card).toContainText('Completed', { timeout: 30_000 });
      await card.scrollIntoViewIfNeeded();
      await shoot('panel');
    });
  });
}
