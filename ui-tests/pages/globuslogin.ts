import type { Locator, Page } from '@playwright/test';
import { expect } from '@playwright/test';

/** The page of Globus on which a person logs in and grants what an app asks for. */
export class GlobusLogin {
  constructor(readonly page: Page) {}

  /** What the app asks for, in words. */
  get consents(): Locator {
    return this.page.getByRole('main').getByRole('listitem');
  }

  /** What the app has to say about why it asks. */
  get message(): Locator {
    return this.page.getByRole('main').getByRole('paragraph').first();
  }

  async isShown(): Promise<void> {
    await expect(
      this.page.getByRole('heading', { name: 'Log in to Globus' })
    ).toBeVisible();
  }

  /** Choose who to log in as, by the name of the account. */
  async choose(username: string): Promise<void> {
    await this.page.getByRole('radio', { name: username }).check();
  }

  async allow(): Promise<void> {
    await this.page.getByRole('button', { name: 'Allow' }).click();
  }

  async deny(): Promise<void> {
    await this.page.getByRole('button', { name: 'Deny' }).click();
  }

  /** Grant it and wait until the tab has closed itself. */
  async allowAndClose(): Promise<void> {
    const closed = this.page.waitForEvent('close');
    await this.allow();
    await closed;
  }

  /** Grant it where Globus shows a code, and read the code. */
  async allowForCode(): Promise<string> {
    await this.allow();
    await expect(
      this.page.getByRole('heading', { name: 'Authorization code' })
    ).toBeVisible();
    return this.page.getByRole('code').innerText();
  }
}
