import type { Locator, Page } from '@playwright/test';
import { expect } from '@playwright/test';
import { Endpoints } from './endpoints';
import { GlobusLogin } from './globuslogin';
import { Images } from './images';
import { Transfers } from './transfers';

/** The extension's panel: the account, images, endpoints and transfers. */
export class Sidebar {
  constructor(private readonly _page: Page) {
    this.root = _page.getByRole('region', { name: 'Globus Images' });
    this.tab = _page
      .getByRole('tablist', { name: 'main sidebar' })
      .getByRole('tab', { name: 'Globus Images' });
    this.account = this.root.getByRole('region', { name: 'Globus account' });
    this.images = new Images(
      _page,
      this.section('Images'),
      this.title('Images')
    );
    this.endpoints = new Endpoints(
      this.section('Endpoints'),
      this.title('Endpoints')
    );
    this.transfers = new Transfers(_page, this.section('Transfers'));
  }

  readonly root: Locator;
  readonly tab: Locator;
  readonly account: Locator;
  readonly images: Images;
  readonly endpoints: Endpoints;
  readonly transfers: Transfers;

  async show(): Promise<void> {
    // A click on the selected tab would hide the panel.
    if ((await this.tab.getAttribute('aria-selected')) !== 'true') {
      await this.tab.click();
    }
    await expect(this.root).toBeVisible();
  }

  section(name: string): Locator {
    return this.root.getByRole('region', { name: `${name} Section` });
  }

  /** The title of a section, with its tools. */
  title(name: string): Locator {
    return this.root.getByRole('heading', { name: `${name} Section` });
  }

  get connectButton(): Locator {
    return this.account.getByRole('button', { name: 'Connect', exact: true });
  }

  /** The button that opens the menu of the connected account. */
  get accountMenuButton(): Locator {
    return this.account.getByRole('button', { name: 'Globus account menu' });
  }

  /** Open the menu of the connected account, and return one of its items. */
  async accountMenuItem(name: string): Promise<Locator> {
    await this.accountMenuButton.click();
    return this._page.getByRole('menu').getByRole('menuitem', { name });
  }

  /** The login in progress. */
  get login(): Locator {
    return this.account.getByRole('group', { name: 'Globus login' });
  }

  /** Click a button that opens a tab at Globus. */
  async openLogin(button: Locator): Promise<GlobusLogin> {
    const opened = this._page.context().waitForEvent('page');
    await button.click();
    const login = new GlobusLogin(await opened);
    await login.isShown();
    return login;
  }

  /** Start to connect. The Globus page opens in a new tab. */
  connect(): Promise<GlobusLogin> {
    return this.openLogin(this.connectButton);
  }

  /** Finish a login with the code from Globus. */
  async pasteCode(code: string): Promise<void> {
    await this.login
      .getByRole('textbox', { name: 'Code from Globus' })
      .fill(code);
    await this.login.getByRole('button', { name: 'Finish' }).click();
  }

  async isConnectedAs(name: string): Promise<void> {
    await expect(this.accountMenuButton).toBeVisible();
    await expect(this.account).toContainText(name);
  }

  async isDisconnected(): Promise<void> {
    await expect(this.connectButton).toBeVisible();
  }

  async disconnect(): Promise<void> {
    await (await this.accountMenuItem('Disconnect')).click();
    await this._page
      .getByRole('dialog')
      .getByRole('button', { name: 'Disconnect' })
      .click();
  }
}
