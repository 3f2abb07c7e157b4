import type { Locator, Page } from '@playwright/test';
import { expect } from '@playwright/test';
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
