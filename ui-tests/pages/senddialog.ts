import type { Locator, Page } from '@playwright/test';
import { expect } from '@playwright/test';
import { Endpoints } from './endpoints';

/** The dialog that sends images. */
export class SendDialog {
  constructor(page: Page) {
    this.root = page
      .getByRole('dialog')
      .filter({ has: page.getByRole('region', { name: 'Images' }) });
    this.sources = this.root.getByRole('list', { name: 'Images to send' });
    this.destination = new Endpoints(
      this.root.getByRole('region', { name: 'Destination' })
    );
    this.pathBox = this.destination.root.getByRole('textbox', {
      name: 'Folder',
      exact: true
    });
    this.sendButton = this.root.getByRole('button', {
      name: 'Send',
      exact: true
    });
    this.cancelButton = this.root
      .getByRole('button', { name: 'Cancel' })
      .last();
    this.errors = this.root.getByRole('alert');
  }

  readonly root: Locator;
  readonly sources: Locator;
  readonly destination: Endpoints;
  readonly pathBox: Locator;
  readonly sendButton: Locator;
  readonly cancelButton: Locator;
  /** Errors and blocking warnings. */
  readonly errors: Locator;

  async isShown(): Promise<void> {
    await expect(this.root).toBeVisible();
  }

  async isGone(): Promise<void> {
    await expect(this.root).toHaveCount(0);
  }

  /** An image, with its route, its destination path and its warnings. */
  source(name: string): Locator {
    return this.sources.getByRole('listitem').filter({ hasText: name });
  }

  /** Search for an endpoint and open one of its folders, step by step. */
  async chooseFolder(
    endpoint: string,
    ...folders: readonly string[]
  ): Promise<void> {
    await this.destination.find(endpoint);
    await this.destination.open(endpoint);
    for (const folder of folders) {
      await this.destination.goInto(folder);
    }
  }

  /** Type a path instead of clicking through the folders. */
  async typePath(path: string): Promise<void> {
    await this.pathBox.fill(path);
  }

  async showOptions(): Promise<void> {
    await this.root.getByText('Options', { exact: true }).click();
  }

  /** Send, and wait until the dialog closes. */
  async send(): Promise<void> {
    await this.sendButton.click();
    await this.isGone();
  }

  async cancel(): Promise<void> {
    await this.cancelButton.click();
    await this.isGone();
  }
}
