import type { Locator, Page } from '@playwright/test';
import { expect } from '@playwright/test';

/** The open notebook. */
export class Notebook {
  constructor(private readonly _page: Page) {
    this.root = _page.getByRole('main').locator('.jp-NotebookPanel');
    this.cells = this.root.locator('.jp-CodeCell');
  }

  readonly root: Locator;
  readonly cells: Locator;

  /** Wait until its kernel can run cells. */
  async isReady(): Promise<void> {
    // The notebook's own indicator says "idle" even before there is a kernel.
    await expect(this._page.locator('#jp-bottom-panel')).toContainText(
      /Python 3 .*Idle/,
      { timeout: 30_000 }
    );
  }

  /** Run a cell, counted from 0, and return its output once it has ended. */
  async run(index: number): Promise<Locator> {
    const cell = this.cells.nth(index);
    await cell.locator('.cm-content').click();
    await this._page.keyboard.press('Control+Enter');
    await expect(cell.locator('.jp-InputArea-prompt')).toHaveText(/\[\d+\]:/, {
      timeout: 30_000
    });
    return cell.locator('.jp-Cell-outputArea');
  }
}
