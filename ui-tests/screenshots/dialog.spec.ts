import fs from 'fs/promises';
import { expect } from '../support/fixtures';
import { picture, SCRATCH } from './stage';

picture([
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
]);
