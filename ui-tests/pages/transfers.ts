import type { Locator, Page } from '@playwright/test';
import { expect } from '@playwright/test';

/** The transfers section. */
export class Transfers {
  constructor(
    private readonly _page: Page,
    readonly root: Locator
  ) {
    this.all = root
      .getByRole('list', { name: 'Transfers' })
      .getByRole('article');
  }

  /** All transfers, newest first. */
  readonly all: Locator;

  /** The newest transfer whose title contains this text. */
  of(name: string): Transfer {
    return new Transfer(
      this._page,
      this.all.filter({ hasText: name }).first(),
      name
    );
  }

  /** Clear the finished transfers, and confirm. The question names their number. */
  async clearFinished(count: number): Promise<void> {
    await this._page
      .getByRole('heading', { name: 'Transfers Section' })
      .getByRole('button', { name: 'Clear finished' })
      .click();
    const dialog = this._page.getByRole('dialog');
    await expect(dialog).toContainText(`Remove ${count} finished transfer`);
    await dialog.getByRole('button', { name: 'Remove' }).click();
  }
}

/** One transfer, in the panel or in the output of a notebook. */
export class Transfer {
  constructor(
    private readonly _page: Page,
    readonly root: Locator,
    name: string
  ) {
    this.progress = root.getByRole('progressbar', { name });
  }

  readonly progress: Locator;

  async is(word: string, timeout?: number): Promise<void> {
    await expect(this.root).toContainText(word, { timeout });
  }

  /** Wait until it is completed. */
  async hasArrived(timeout = 30_000): Promise<void> {
    await this.is('Completed', timeout);
  }

  async percent(): Promise<number> {
    return Number(await this.progress.getAttribute('aria-valuenow'));
  }

  button(name: string): Locator {
    return this.root.getByRole('button', { name });
  }

  /** Choose from its menu in the panel. */
  async choose(item: string): Promise<void> {
    await this.button('Actions for').click();
    await this._page
      .getByRole('menu')
      .getByRole('menuitem', { name: item, exact: true })
      .click();
  }

  /** Cancel it, and confirm. */
  async cancel(): Promise<void> {
    await this.choose('Cancel Transfer…');
    await this._page
      .getByRole('dialog')
      .getByRole('button', { name: 'Cancel transfer' })
      .click();
  }

  async showDetails(): Promise<void> {
    await this.choose('Show Details');
  }
}
