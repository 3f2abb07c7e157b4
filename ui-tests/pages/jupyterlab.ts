import type { Locator, Page } from '@playwright/test';
import { expect } from '@playwright/test';
import type { Lab } from '../support/lab';
import { FileBrowser } from './filebrowser';
import { Notebook } from './notebook';
import { SendDialog } from './senddialog';
import { Sidebar } from './sidebar';

declare global {
  interface Window {
    /** JupyterLab itself, exposed by the server's configuration. */
    jupyterapp: {
      restored: Promise<void>;
      commands: { execute(id: string, args: object): Promise<unknown> };
      serviceManager: {
        contents: {
          fileChanged: unknown;
          addDrive(drive: { name: string; fileChanged: unknown }): void;
        };
      };
    };
  }
}

/** JupyterLab in one tab. */
export class JupyterLab {
  constructor(
    readonly page: Page,
    readonly lab: Lab
  ) {
    this.sidebar = new Sidebar(page);
    this.sendDialog = new SendDialog(page);
    this.files = new FileBrowser(page);
    this.notebook = new Notebook(page);
    this.notifications = page.locator('.Toastify__toast');
  }

  readonly sidebar: Sidebar;
  readonly sendDialog: SendDialog;
  readonly files: FileBrowser;
  readonly notebook: Notebook;
  /** The notifications in the corner. */
  readonly notifications: Locator;

  /** Open JupyterLab under one of the server's names and wait for its layout. */
  async open(host = 'localhost', path = 'lab'): Promise<void> {
    const { token } = this.lab;
    await this.page.goto(`${this.lab.url(host)}${path}?token=${token}`);
    await this._isReady();
  }

  /** Open JupyterLab and show the panel. */
  async openPanel(host?: string): Promise<Sidebar> {
    await this.open(host);
    await this.sidebar.show();
    return this.sidebar;
  }

  /** Choose a command from the palette, with the keyboard. */
  async runCommand(label: string): Promise<void> {
    const palette = this.page.locator('#modal-command-palette');
    // The palette hides if the focus moves elsewhere, for example to a new launcher.
    await expect(async () => {
      await this.page.keyboard.press('Control+Shift+C');
      await expect(palette.locator('input')).toBeFocused({ timeout: 1000 });
      await palette.locator('input').fill(label);
      await expect(
        palette.locator('.lm-CommandPalette-item.lm-mod-active')
      ).toContainText(label, { timeout: 1000 });
      await this.page.keyboard.press('Enter');
    }).toPass();
  }

  /** Execute a command with arguments, as other extensions do. Does not wait until it ends. */
  async execute(command: string, args: object): Promise<void> {
    await this.page.evaluate(
      ([id, values]) => {
        void window.jupyterapp.commands.execute(id, values);
      },
      [command, args] as const
    );
  }

  /** Add a drive, as jupyter-collaboration and jupyter-fs do. It lists nothing. */
  async addDrive(name: string): Promise<void> {
    await this.page.evaluate(drive => {
      const { contents } = window.jupyterapp.serviceManager;
      contents.addDrive({ name: drive, fileChanged: contents.fileChanged });
    }, name);
  }

  async reload(): Promise<void> {
    await this.page.reload();
    await this._isReady();
  }

  private async _isReady(): Promise<void> {
    await this.page.waitForFunction(
      () => (window as { jupyterapp?: unknown }).jupyterapp !== undefined
    );
    await this.page.evaluate(() => window.jupyterapp.restored);
    await this.page
      .locator('#jupyterlab-splash')
      .waitFor({ state: 'detached' });
  }
}
