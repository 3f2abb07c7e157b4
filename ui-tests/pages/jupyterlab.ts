import type { Locator, Page } from '@playwright/test';
import type { Lab } from '../support/lab';
import { FileBrowser } from './filebrowser';
import { Notebook } from './notebook';
import { SendDialog } from './senddialog';
import { Sidebar } from './sidebar';

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
  /** What pops up in the corner. */
  readonly notifications: Locator;

  /** Open it under one of the server's names and wait until its layout stands. */
  async open(host = 'localhost', path = 'lab'): Promise<void> {
    const { token } = this.lab;
    await this.page.goto(`${this.lab.url(host)}${path}?token=${token}`);
    await this._isReady();
  }

  /** Open it and show the panel. */
  async openPanel(host?: string): Promise<Sidebar> {
    await this.open(host);
    await this.sidebar.show();
    return this.sidebar;
  }

  async reload(): Promise<void> {
    await this.page.reload();
    await this._isReady();
  }

  private async _isReady(): Promise<void> {
    await this.page.waitForFunction(
      () => (window as { jupyterapp?: unknown }).jupyterapp !== undefined
    );
    await this.page.evaluate(
      () =>
        (window as unknown as { jupyterapp: { restored: Promise<void> } })
          .jupyterapp.restored
    );
    await this.page
      .locator('#jupyterlab-splash')
      .waitFor({ state: 'detached' });
  }
}
