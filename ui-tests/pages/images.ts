import type { Locator, Page } from '@playwright/test';
import { SendDialog } from './senddialog';

/** The images section: the filter, and the tree of collections, containers and tags. */
export class Images {
  constructor(
    private readonly _page: Page,
    readonly root: Locator,
    private readonly _title: Locator
  ) {
    this.filter = _title.getByRole('searchbox', { name: 'Filter images' });
    this.tree = root.getByRole('tree', { name: 'Images' });
    this.selection = _page.getByRole('group', { name: 'Selected images' });
  }

  readonly filter: Locator;
  readonly tree: Locator;
  readonly selection: Locator;

  /** A row of the tree, by its label. */
  row(label: string): Locator {
    return this.tree
      .getByRole('treeitem')
      .filter({ has: this._page.getByText(label, { exact: true }) });
  }

  /** The send button in an image's row. Name the image as `collection/container:tag`. */
  sendButton(name: string): Locator {
    return this.tree.getByRole('button', {
      name: `Send ${name} to Globus…`,
      exact: true
    });
  }

  /** The row of an image that is in view. */
  image(name: string): Locator {
    return this.tree.getByRole('treeitem').filter({
      has: this._page.getByRole('button', {
        name: `Send ${name} to Globus…`,
        exact: true
      })
    });
  }

  async openCollection(name: string): Promise<void> {
    await this.row(name).click();
  }

  /** Open the dialog with the button in an image's row. */
  async send(name: string): Promise<SendDialog> {
    await this.image(name).hover();
    await this.sendButton(name).click();
    return this._dialog();
  }

  /** The button in the send bar that opens the dialog. */
  get destinationButton(): Locator {
    return this.selection.getByRole('button', { name: /the destination/ });
  }

  /** The button that sends the selected images to the destination in the send bar. */
  get quickSendButton(): Locator {
    return this.selection.getByRole('button', { name: 'Send', exact: true });
  }

  /** Open the dialog for the selected images. */
  async sendSelected(): Promise<SendDialog> {
    await this.destinationButton.click();
    return this._dialog();
  }

  /** Choose from the context menu of an image's row. */
  async chooseFromMenu(name: string, item: string): Promise<void> {
    await this.image(name).click({ button: 'right' });
    await this._page
      .getByRole('menu')
      .getByRole('menuitem', { name: item })
      .click();
  }

  async refresh(): Promise<void> {
    await this._title.getByRole('button', { name: 'Refresh images' }).click();
  }

  private async _dialog(): Promise<SendDialog> {
    const dialog = new SendDialog(this._page);
    await dialog.isShown();
    return dialog;
  }
}
