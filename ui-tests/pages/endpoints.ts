import type { Locator } from '@playwright/test';
import { expect } from '@playwright/test';

/** The endpoint search and the folder view, in the panel or in the dialog. */
export class Endpoints {
  /**
   * @param title - where the search is, if it is not in the root.
   */
  constructor(
    readonly root: Locator,
    title = root
  ) {
    this._isInPanel = title !== root;
    this.search = title.getByRole('searchbox');
    this.scopes = root.getByRole('group', { name: 'Search in' });
    this.scopeChoice = title.getByRole('combobox', { name: 'Search in' });
    this.folder = root.getByRole('group', { name: /^Folders on / });
    this.entries = this.folder.getByRole('list', {
      name: 'Folder contents'
    });
    this.path = this.folder.getByRole('navigation', { name: 'Folder path' });
    this.error = root.getByRole('alert');
  }

  private readonly _isInPanel: boolean;
  readonly search: Locator;
  readonly scopes: Locator;
  readonly scopeChoice: Locator;
  /** The open folder view. */
  readonly folder: Locator;
  readonly entries: Locator;
  readonly path: Locator;
  /** The error notice. */
  readonly error: Locator;

  /** The endpoints listed under a heading: Mine, Shared with me, Search results, Bookmarks. */
  list(name: string): Locator {
    return this.root.getByRole('list', { name, exact: true });
  }

  /** The row of an endpoint, with its readiness and its next step. */
  item(name: string): Locator {
    return this.root.getByRole('listitem').filter({ hasText: name });
  }

  /** The button that opens an endpoint. */
  button(name: string): Locator {
    return this.item(name).getByRole('button', { name }).first();
  }

  async setScope(name: string): Promise<void> {
    if (this._isInPanel) {
      await this.scopeChoice.selectOption(name);
      return;
    }
    const scope = this.scopes.getByRole('button', { name, exact: true });
    await scope.click();
    await expect(scope).toHaveAttribute('aria-pressed', 'true');
  }

  /** Search, and wait for results. */
  async find(text: string): Promise<void> {
    await this.search.fill(text);
    await expect(this.list('Search results')).toBeVisible();
  }

  /** Open an endpoint. */
  async open(name: string): Promise<void> {
    await this.button(name).click();
    await expect(
      this.root.getByRole('group', { name: `Folders on ${name}` })
    ).toBeVisible();
  }

  /** An entry of the listed folder. */
  entry(name: string): Locator {
    return this.entries.getByRole('listitem').filter({ hasText: name });
  }

  /** Open a subfolder of the listed folder. */
  async goInto(name: string): Promise<void> {
    await this.entries.getByRole('button', { name, exact: true }).click();
    await this.isAt(name);
  }

  /** Wait until the listed folder has this name. */
  async isAt(name: string): Promise<void> {
    await expect(this.path.locator('[aria-current=location]')).toHaveText(name);
  }

  /** Download a file of the listed folder into a collection of a folder registry. */
  async get(name: string, collection: string): Promise<void> {
    const button = this.entry(name).getByRole('button', {
      name: `Download ${name} to my images…`
    });
    await this.entry(name).hover();
    await button.click();
    const dialog = this.root.page().getByRole('dialog');
    await dialog.getByRole('textbox').fill(collection);
    await dialog.getByRole('button', { name: 'Download' }).click();
    await expect(dialog).toBeHidden();
  }

  async back(): Promise<void> {
    await this.folder
      .getByRole('button', { name: 'Back to endpoints' })
      .click();
  }

  async makeFolder(name: string): Promise<void> {
    await this.folder.getByRole('button', { name: 'New folder' }).click();
    await this.folder
      .getByRole('textbox', { name: 'New folder name' })
      .fill(name);
    await this.folder.getByRole('button', { name: 'Create' }).click();
  }

  async bookmark(name: string): Promise<void> {
    await this.folder
      .getByRole('button', { name: 'Bookmark this folder' })
      .click();
    await this.folder
      .getByRole('textbox', { name: 'Bookmark name' })
      .fill(name);
    await this.folder
      .getByRole('button', { name: 'Bookmark', exact: true })
      .click();
  }
}
