import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { IStateDB } from '@jupyterlab/statedb';
import { Client } from '../api/client';
import { defaultOptions } from '../api/constants';
import type { LoginAction } from '../api/schema';
import { AccountModel } from '../models/account';
import { CatalogModel } from '../models/catalog';
import { EndpointsModel } from '../models/endpoints';
import { ServerEvents } from '../models/events';
import { FolderModel } from '../models/folder';
import { Memory } from '../models/memory';
import { Preferences } from '../models/preferences';
import { QuickSend } from '../models/quicksend';
import { TransfersModel } from '../models/transfers';
import { openTab } from '../models/tab';
import { Waker } from '../models/waker';
import { ISRegistryGlobus, PLUGIN_PREFIX } from '../tokens';

/** The composition root: one client and one of each model, shared by all plugins. */
class SRegistryGlobus implements ISRegistryGlobus {
  constructor(app: JupyterFrontEnd, state: IStateDB | null) {
    const { serverSettings, events } = app.serviceManager;
    this.client = new Client(serverSettings);
    this._events = new ServerEvents(events.stream);
    const shared = { client: this.client, events: this._events };
    this.account = new AccountModel({
      ...shared,
      openTab,
      pageUrl: () => window.location.href
    });
    this.catalog = new CatalogModel(shared);
    this.endpoints = new EndpointsModel(shared);
    this.folder = new FolderModel(this.client);
    this.transfers = new TransfersModel(shared);
    this.preferences = new Preferences();
    this.memory = new Memory(state);
    this.quickSend = new QuickSend({
      client: this.client,
      memory: this.memory,
      options: () => ({ ...defaultOptions, sync: this.preferences.sync }),
      send: request => this.transfers.send(request)
    });
    this.account.stateChanged.connect(this._onAccountChanged, this);
    this.account.login.succeeded.connect(this._onLoggedIn, this);
    this._waker.woke.connect(this._onWoke, this);
  }

  readonly client: Client;
  readonly account: AccountModel;
  readonly catalog: CatalogModel;
  readonly endpoints: EndpointsModel;
  readonly folder: FolderModel;
  readonly transfers: TransfersModel;
  readonly preferences: Preferences;
  readonly memory: Memory;
  readonly quickSend: QuickSend;

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  /** Load the account, then the transfers. */
  async start(): Promise<void> {
    await this.account.start();
    this.transfers.start();
  }

  wake(): void {
    if (this._isAwake) {
      return;
    }
    this._isAwake = true;
    void this.catalog.load();
    void this.quickSend.start();
    if (this.account.isConnected) {
      void this.endpoints.refresh();
    }
  }

  logIn(action: LoginAction | null, goOn?: () => void): void {
    void this.account.connect(action).then(hasSucceeded => {
      if (hasSucceeded) {
        goOn?.();
      }
    });
  }

  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._isDisposed = true;
    this.account.stateChanged.disconnect(this._onAccountChanged, this);
    for (const part of [
      this.transfers,
      this.folder,
      this.endpoints,
      this.catalog,
      this.account,
      this.quickSend,
      this.preferences,
      this._waker,
      this._events
    ]) {
      part.dispose();
    }
  }

  /** Reset the endpoints when a different account is connected. */
  private _onAccountChanged(): void {
    const { account } = this.account;
    if (account === undefined) {
      return;
    }
    const identityId =
      account.state === 'connected' ? (account.identity?.id ?? '') : null;
    if (identityId === this._identityId) {
      return;
    }
    this._identityId = identityId;
    this.endpoints.reset();
    this.folder.close();
    if (identityId !== null && this._isAwake) {
      void this.endpoints.refresh();
    }
  }

  private _onLoggedIn(): void {
    void this.folder.recover();
    void this.endpoints.recover();
  }

  private _onWoke(): void {
    void this.account.refresh();
    void this.transfers.refresh();
    this.account.login.check().catch(() => undefined); // polled again later
  }

  private readonly _events: ServerEvents;
  private readonly _waker = new Waker();
  private _identityId: string | null = null;
  private _isAwake = false;
  private _isDisposed = false;
}

export const appPlugin: JupyterFrontEndPlugin<ISRegistryGlobus> = {
  id: `${PLUGIN_PREFIX}:app`,
  description: 'Provides the models of images, endpoints, and transfers.',
  autoStart: true,
  provides: ISRegistryGlobus,
  optional: [IStateDB],
  activate: (app: JupyterFrontEnd, state: IStateDB | null) => {
    const shared = new SRegistryGlobus(app, state);
    void app.restored.then(() => shared.start());
    return shared;
  }
};
