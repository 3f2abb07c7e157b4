import { expect } from '../support/fixtures';
import { file, picture, send } from './stage';

picture([
  {
    name: 'whole page',
    play: async ({ jupyterlab, lab, page, shoot }) => {
      const { images, transfers } = await jupyterlab.openPanel();
      await images.openCollection('tacos');
      await images.chooseFromMenu('tacos/avocados:latest', 'Show Details');
      await expect(page.getByRole('heading', { name: 'Labels' })).toBeVisible();
      await send(lab, 'ml/pytorch:2.3');
      await transfers.of('pytorch').is('MB/s');
      await shoot('page-image-details');
      await images.image('tacos/avocados:latest').click({ button: 'right' });
      await shoot('page-context-menu');
    }
  },
  {
    name: 'notebook',
    play: async ({ jupyterlab, page, shoot }) => {
      await jupyterlab.open(undefined, 'lab/tree/Send%20an%20image.ipynb');
      const { notebook } = jupyterlab;
      await notebook.isReady();
      for (const index of [0, 1, 2, 3, 4]) {
        await notebook.run(index);
      }
      const card = page.getByRole('main').getByRole('article');
      await expect(card).toContainText('Completed', { timeout: 20_000 });
      await card.scrollIntoViewIfNeeded();
      await shoot('page-notebook');
    }
  },
  {
    name: 'login page',
    isConnected: false,
    play: async ({ jupyterlab, shoot }) => {
      const sidebar = await jupyterlab.openPanel();
      const login = await sidebar.connect();
      await login.page.screenshot({ path: file('page-login') });
      await shoot('page-waiting');
    }
  }
]);
