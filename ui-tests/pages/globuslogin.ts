import type { Locator, Page } from '@playwright/test';
import { expect } from '@playwright/test';

/** The Globus page where a user logs in and grants consents. */
export class GlobusLogin {
  constructor(readonly page: Page) {}

  /** The consents that the app requests. */
  get consents(): Locator {
    return this.page.getByRole('main').getByRole('listitem');
  }

  /** The app's message about why it asks. */
  get message(): Locator {
    return this.page.getByRole('main').getByRole('paragraph').first();
  }

  async isShown(): Promise<void> {
    await expect(
      this.page.getByRole('heading', { name: 'Log in to Globus' })
    ).toBeVisible();
  }

  /** Choose an account by its user name. */
  async choose(username: string): Promise<void> {
    await this.page.getByRole('radio', { name: username }).check();
  }

  async allow(): Promise<void> {
    await this.page.getByRole('button', { name: 'Allow' }).click();
  }

  async deny(): Promise<void> {
    await this.page.getByRole('button', { name: 'Deny' }).click();
  }

  /** Allow, and wait until the tab closes itself. */
  async allowAndClose(): Promise<void> {
    const closed = this.page.waitForEvent('close');
    await this.allow();
    await closed;
  }

  /** Allow, and return the code that Globus shows. */
  async allowForCode(): Promise<string> {
    await this.allow();
    await expect(
      this.page.getByRole('heading', { name: 'Authorization code' })
    ).toBeVisible();
    return this.page.getByRole('code').innerText();
  }
}
