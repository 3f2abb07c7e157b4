import fs from 'fs/promises';
import path from 'path';
import type { Locator, Page } from '@playwright/test';
import type { JupyterLab } from '../pages/jupyterlab';
import { expect, test } from '../support/fixtures';
import type { Lab, Variant } from '../support/lab';

const FOLDER = path.join(__dirname, '..', 'test-results', 'screenshots');
const SCRATCH = 'Stanford Sherlock scratch';

/** Widths of the sidebar. */
const NARROW = 240;
const WIDE = 420;

interface IStage {
  jupyterlab: JupyterLab;
  lab: Lab;
  page: Page;
  /** Take a screenshot of the panel in both widths, or of the dialog or the page. */
  shoot: (what: string) => Promise<void>;
}

interface IState {
  name: string;
  variant?: Variant;
  isConnected?: boolean;
  play: (stage: IStage) => Promise<void>;
}

async function send(lab: Lab, ...references: string[]): Promise<void> {
  await lab.api('POST', 'transfers', {
    sources: references.map(reference => ({
      kind: 'image',
      reference: `images://${reference}`
    })),
    destination: {
      endpoint_id: lab.names.STANFORD_SHERLOCK_SCRATCH,
      path: '/data/'
    }
  });
}

const panelStates: IState[] = [
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
      await images.row('verde').click({ modifiers: ['Control'] });
      await expect(endpoints.list('Mine')).toBeVisible();
      await shoot('panel-full');
      await endpoints.find('stanford');
      await shoot('panel-endpoints-found');
      await endpoints.setScope('Bookmarks');
      await shoot('panel-bookmarks');
      await endpoints.setScope('All');
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
];

const dialogStates: IState[] = [
  {
    name: 'dialog',
    play: async ({ jupyterlab, lab, shoot }) => {
      const { images } = await jupyterlab.openPanel();
      await images.openCollection('demo');
      await fs.writeFile(
        lab.endpointPath(SCRATCH, 'data', 'hello_arm.sif'),
        'old'
      );
      let dialog = await images.send('demo/hello:latest');
      await expect(dialog.destination.list('Mine')).toBeVisible();
      await shoot('dialog-endpoints');
      await dialog.destination.find('stanford');
      await shoot('dialog-endpoints-found');
      await dialog.destination.open(SCRATCH);
      await expect(dialog.sendButton).toBeEnabled();
      await shoot('dialog-ready');
      await dialog.showOptions();
      await shoot('dialog-options');
      await dialog.cancel();

      dialog = await images.send('demo/hello:arm');
      await dialog.chooseFolder(SCRATCH, 'data');
      await expect(dialog.source('demo/hello:arm')).toContainText(
        'already exists'
      );
      await shoot('dialog-warnings');
      await dialog.typePath('/no/such/folder/');
      await expect(dialog.errors).toBeVisible();
      await shoot('dialog-no-folder');
      await dialog.cancel();
    }
  },
  {
    name: 'dialog, many images',
    play: async ({ jupyterlab, shoot }) => {
      const { images } = await jupyterlab.openPanel();
      await images.filter.fill('.');
      await expect(images.root).toContainText('images found');
      await images.tree.getByRole('treeitem').first().click();
      await images.tree
        .getByRole('treeitem')
        .nth(5)
        .click({ modifiers: ['Shift'] });
      const dialog = await images.sendSelected();
      await dialog.chooseFolder(SCRATCH);
      await expect(dialog.sendButton).toBeEnabled();
      await shoot('dialog-many-images');
    }
  },
  {
    name: 'dialog, consent',
    play: async ({ jupyterlab, lab, shoot }) => {
      const { images } = await jupyterlab.openPanel();
      await images.openCollection('demo');
      const dialog = await images.send('demo/hello:latest');
      await dialog.destination.find('oak');
      await dialog.destination.button('Stanford Oak storage').click();
      await expect(dialog.errors.first()).toBeVisible();
      await shoot('dialog-wants-consent');
      await dialog.cancel();
      const again = await images.send('demo/hello:latest');
      await again.chooseFolder(SCRATCH);
      await expect(again.sendButton).toBeEnabled();
      await lab.sandbox.setFaults({ route: 'GET *endpoint/*', status: 503 });
      await again.sendButton.click();
      await expect(again.errors).toBeVisible();
      await shoot('dialog-globus-down');
    }
  },
  {
    name: 'dialog, not connected',
    isConnected: false,
    play: async ({ jupyterlab, shoot }) => {
      const { images } = await jupyterlab.openPanel();
      await images.openCollection('demo');
      const dialog = await images.send('demo/hello:latest');
      await expect(dialog.errors.first()).toBeVisible();
      await shoot('dialog-not-connected');
    }
  },
  {
    name: 'dialog, no endpoint serves the file',
    variant: 'unserved',
    play: async ({ jupyterlab, shoot }) => {
      await jupyterlab.open();
      await jupyterlab.files.show();
      const dialog = await jupyterlab.files.send('hello.sif');
      await dialog.chooseFolder(SCRATCH);
      await expect(dialog.errors).toBeVisible();
      await shoot('dialog-not-served');
    }
  }
];

const pageStates: IState[] = [
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
];

let theme = '';

function file(what: string): string {
  return path.join(FOLDER, `${what}-${theme}.png`);
}

/** Drag the edge of the sidebar to this width. */
async function setWidth(
  page: Page,
  sidebar: Locator,
  width: number
): Promise<void> {
  const box = await sidebar.boundingBox();
  if (box === null) {
    throw new Error('The sidebar is not shown.');
  }
  const [x, y] = [box.x + box.width + 2, box.y + box.height / 2];
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(box.x + width + 2, y, { steps: 4 });
  await page.mouse.up();
}

for (const [word, name] of [
  ['light', 'JupyterLab Light'],
  ['dark', 'JupyterLab Dark']
] as const) {
  for (const state of [...panelStates, ...dialogStates, ...pageStates]) {
    test.describe(`${word}: ${state.name}`, () => {
      test.use({
        variant: state.variant ?? 'default',
        isConnected: state.isConnected ?? true
      });

      test('is pictured', async ({ jupyterlab, lab, page }) => {
        theme = word;
        await lab.writeSettings('@jupyterlab/apputils-extension:themes', {
          theme: name
        });
        const shoot = async (what: string) => {
          await page.mouse.move(800, 5);
          if (!what.startsWith('panel-')) {
            await page.screenshot({ path: file(what) });
            return;
          }
          const stack = page.locator('#jp-left-stack');
          for (const [size, width] of [
            ['narrow', NARROW],
            ['wide', WIDE]
          ] as const) {
            await setWidth(page, stack, width);
            await page.mouse.move(800, 5);
            await stack.screenshot({
              path: path.join(FOLDER, `${what}-${size}-${word}.png`)
            });
          }
        };
        await state.play({ jupyterlab, lab, page, shoot });
      });
    });
  }
}
