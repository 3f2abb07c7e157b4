import fs from 'fs/promises';
import { expect } from '../support/fixtures';
import { picture, SCRATCH, send } from './stage';

picture([
  {
    name: 'loading',
    play: async ({ jupyterlab, page, shoot }) => {
      // Delayed until the screenshot is taken.
      await page.route(
        /sregistry-globus\/(endpoints|catalog)/,
        () => undefined
      );
      await jupyterlab.openPanel();
      await shoot('panel-loading');
    }
  },
  {
    name: 'disconnected',
    isConnected: false,
    play: async ({ jupyterlab, shoot }) => {
      const sidebar = await jupyterlab.openPanel();
      await expect(sidebar.images.row('demo')).toBeVisible();
      await shoot('panel-disconnected');
      const login = await sidebar.connect();
      await shoot('panel-login-waiting');
      await sidebar.openLogin(
        sidebar.login.getByRole('button', { name: 'Paste a code instead' })
      );
      await sidebar.pasteCode('wrong');
      await expect(sidebar.account.getByRole('alert')).toBeVisible();
      await shoot('panel-login-code-refused');
      await sidebar.login.getByRole('button', { name: 'Cancel' }).click();
      await login.page.close();
      await (await sidebar.connect()).deny();
      await expect(sidebar.account.getByRole('alert')).toBeVisible();
      await shoot('panel-login-denied');
    }
  },
  {
    name: 'login blocked',
    isConnected: false,
    play: async ({ jupyterlab, page, shoot }) => {
      await page.addInitScript(() => {
        window.open = () => null;
      });
      const sidebar = await jupyterlab.openPanel();
      await sidebar.connectButton.click();
      await expect(sidebar.login).toContainText('blocked');
      await shoot('panel-login-blocked');
    }
  },
  {
    name: 'not configured',
    variant: 'not-configured',
    isConnected: false,
    play: async ({ jupyterlab, shoot }) => {
      const { images } = await jupyterlab.openPanel();
      await images.openCollection('tacos');
      await shoot('panel-not-configured');
    }
  },
  {
    name: 'switched off',
    variant: 'disabled',
    isConnected: false,
    play: async ({ jupyterlab, shoot }) => {
      const { images } = await jupyterlab.openPanel();
      await expect(images.row('demo')).toBeVisible();
      await shoot('panel-disabled');
    }
  },
  {
    name: 'empty',
    play: async ({ jupyterlab, page, shoot }) => {
      await page.route(/sregistry-globus\/endpoints/, route =>
        route.fulfill({
          json: { endpoints: [], offset: 0, has_next_page: false }
        })
      );
      await page.route(/sregistry-globus\/catalog/, async route => {
        const answer = await route.fetch();
        const body = (await answer.json()) as object;
        await route.fulfill({ json: { ...body, collections: [] } });
      });
      const { endpoints } = await jupyterlab.openPanel();
      await expect(endpoints.root).toContainText('You have no endpoints');
      await shoot('panel-empty');
    }
  },
  {
    name: 'full',
    play: async ({ jupyterlab, shoot }) => {
      const { images, endpoints } = await jupyterlab.openPanel();
      await images.openCollection('tacos');
      await images.image('tacos/avocados:latest').click();
      await images.image('tacos/salsa:verde').click({ modifiers: ['Control'] });
      await expect(endpoints.list('Mine')).toBeVisible();
      await shoot('panel-full');
      await endpoints.find('stanford');
      await shoot('panel-endpoints-found');
      await endpoints.search.fill('');
      await endpoints.setScope('Bookmarks');
      await expect(endpoints.list('Bookmarks')).toBeVisible();
      await shoot('panel-bookmarks');
      await endpoints.setScope('All');
      await endpoints.find('stanford');
      await endpoints.open(SCRATCH);
      await expect(endpoints.entries).toBeVisible();
      await shoot('panel-folder');
      await endpoints.folder
        .getByRole('button', { name: 'New folder' })
        .click();
      await shoot('panel-new-folder');
    }
  },
  {
    name: 'search',
    play: async ({ jupyterlab, shoot }) => {
      const { images } = await jupyterlab.openPanel();
      await images.filter.fill('samtools');
      await expect(images.root).toContainText('2 images found');
      await shoot('panel-images-found');
      await images.filter.fill('nothing of that name');
      await expect(images.root).toContainText('No image');
      await shoot('panel-images-not-found');
    }
  },
  {
    name: 'failed',
    play: async ({ jupyterlab, lab, shoot }) => {
      await lab.sandbox.setFaults({
        route: 'GET *endpoint_search',
        status: 503
      });
      await fs.rename(lab.registryPath(), `${lab.registryPath()}-away`);
      try {
        const { endpoints, images } = await jupyterlab.openPanel();
        await images.refresh();
        await expect(endpoints.error.first()).toBeVisible();
        await expect(images.root).toContainText('Could not list');
        await shoot('panel-failed');
      } finally {
        await fs.rename(`${lab.registryPath()}-away`, lab.registryPath());
        await lab.api('POST', 'catalog');
      }
    }
  },
  {
    name: 'endpoint wants a login',
    play: async ({ jupyterlab, lab, shoot }) => {
      const { endpoints } = await jupyterlab.openPanel();
      await lab.sandbox.advanceClock(31 * 60);
      await endpoints.find('clinical');
      await endpoints.button('Clinical imaging').click();
      await expect(endpoints.error).toBeVisible();
      await shoot('panel-endpoint-wants-login');
    }
  },
  {
    name: 'transfers',
    play: async ({ jupyterlab, lab, page, shoot }) => {
      const { transfers } = await jupyterlab.openPanel();
      await send(lab, 'demo/hello:arm', 'demo/hello:latest');
      await transfers.of('hello').hasArrived();
      await lab.sandbox.setTaskFaults(
        {
          code: 'PERMISSION_DENIED',
          is_fatal: true,
          path: 'fastqc_0.12.1.sif'
        },
        { code: 'CONNECTION_BROKEN', path: 'bwa_0.7.17.sif' }
      );
      await send(lab, 'genomics/fastqc:0.12.1');
      await transfers.of('fastqc').is('Failed');
      await send(lab, 'ml/pytorch:2.3');
      await transfers.of('pytorch').is('Transferring');
      await transfers.of('pytorch').cancel();
      await transfers.of('pytorch').is('Canceled');
      await send(lab, 'genomics/bwa:0.7.17');
      await transfers.of('bwa').is('Stuck');
      await send(lab, 'ml/pytorch:2.3');
      await transfers.of('pytorch').is('MB/s');
      // The other sections are collapsed, as by a user who watches transfers.
      for (const name of ['Images', 'Endpoints']) {
        await page.getByRole('heading', { name: `${name} Section` }).click({
          position: { x: 60, y: 10 }
        });
      }
      await shoot('panel-transfers');
      await transfers.of('hello').showDetails();
      await transfers.of('hello').root.scrollIntoViewIfNeeded();
      await shoot('panel-transfer-details');
    }
  }
]);
