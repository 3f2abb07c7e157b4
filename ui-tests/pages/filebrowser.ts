import type { Locator, Page } from '@playwright/test';
import { SendDialog } from './senddialog';

/** JupyterLab's own file browser. */
export class FileBrowser {
  constructor(private readonly _page: Page) {
    this.root = _page.getByRole('region', { name: 'File Browser Section' });
  }

  readonly root: Locator;

  item(name: string): Locator {
    return this.root.getByRole('listitem', {
      name: new RegExp(`^Name: ${name}`)
    });
  }

  async show(): Promise<void> {
    const tab = this._page
      .getByRole('tablist', { name: 'main sidebar' })
      .getByRole('tab', { name: 'File Browser' });
    if ((await tab.getAttribute('aria-selected')) !== 'true') {
      await tab.click();
    }
  }

  /** Open the context menu of a file. */
  async openMenu(name: string): Promise<Locator> {
    await this.item(name).click({ button: 'right' });
    return this._page.getByRole('menu').last();
  }

  /** Choose "Send to Globus…" from the context menu. */
  async send(name: string): Promise<SendDialog> {
    const menu = await this.openMenu(name);
    await menu.getByRole('menuitem', { name: 'Send to Globus…' }).click();
    const dialog = new SendDialog(this._page);
    await dialog.isShown();
    return dialog;
  }
}
