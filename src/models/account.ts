import { Poll } from '@lumino/polling';
import type { Client, UploadsChoice } from '../api/client';
import type {
  Account,
  Disconnected,
  ErrorBody,
  LoginAction,
  Status
} from '../api/schema';
import type { Async } from './async';
import { AsyncValue, errorOf } from './async';
import type { IHint, ServerEvents } from './events';
import { Login } from './login';
import { Model } from './model';
import type { ITab } from './tab';

/** The connected Globus account, with ways to connect and disconnect. */
export class AccountModel extends Model {
  constructor(private readonly _options: AccountModel.IOptions) {
    super();
    this.login = new Login({
      client: _options.client,
      openTab: _options.openTab,
      pageUrl: _options.pageUrl,
      onSuccess: () => this.refresh()
    });
    this._poll = new Poll({
      auto: false,
      name: 'sregistry-globus:account',
      factory: () => this.refresh(),
      frequency: { interval: _options.pollMs ?? 60_000, backoff: false },
      standby: 'when-hidden',
      linger: 0
    });
    this.login.stateChanged.connect(this.changed, this);
    _options.events.hinted.connect(this._onHint, this);
  }

  readonly login: Login;

  /** How the server is set up. Loaded once, at the start. */
  get status(): Async<Status> {
    return this._status.current;
  }

  get account(): Account | undefined {
    return this._account.value;
  }

  get isConnected(): boolean {
    return this.account?.state === 'connected';
  }

  /** Whether the user logged in here, and so can disconnect here. */
  get canDisconnect(): boolean {
    return this.isConnected && this.account?.source === 'login';
  }

  /** Why the account could not be loaded. */
  get error(): ErrorBody | null {
    return errorOf(this._status.current) ?? errorOf(this._account.current);
  }

  /** The result of the last disconnect. Null once the user connects again. */
  get disconnected(): Disconnected | null {
    const disconnected = this._disconnected.value ?? null;
    return this.isConnected || disconnected?.is_pending ? null : disconnected;
  }

  /** Whether the server disconnects by itself once the uploads have ended. */
  get isDisconnecting(): boolean {
    return this.isConnected && this._disconnected.value?.is_pending === true;
  }

  get disconnectError(): ErrorBody | null {
    return errorOf(this._disconnected.current);
  }

  /** Load the setup of the server, which includes the account. */
  async start(): Promise<void> {
    const end = await this._status.load(() => this._options.client.status());
    if (end?.state === 'ready') {
      this._options.events.schemaId = end.value.event_schema_id;
      this._account.set(end.value.account);
    }
    if (!this.isDisposed) {
      const { interval } = this._poll.frequency;
      void this._poll.schedule({ phase: 'started', interval });
    }
  }

  /** Reload the account. */
  async refresh(): Promise<void> {
    if (this._status.value === undefined) {
      await this.start();
    } else {
      await this._account.load(() => this._options.client.account());
      if (this.account?.state === 'disconnected') {
        this._forgetPending();
      }
    }
  }

  /** Connect. Must be called within a click. Resolves to whether it succeeded. */
  connect(action: LoginAction | null = null): Promise<boolean> {
    return this.login.begin(action);
  }

  /** Disconnect. A server with uploads that have not ended refuses that without a choice. */
  async disconnect(uploads: UploadsChoice | null = null): Promise<void> {
    this.login.cancel();
    await this._disconnected.load(() =>
      this._options.client.disconnect(uploads)
    );
    await this.refresh();
  }

  dispose(): void {
    if (this.isDisposed) {
      return;
    }
    this._options.events.hinted.disconnect(this._onHint, this);
    this._poll.dispose();
    this.login.dispose();
    this._status.dispose();
    this._account.dispose();
    this._disconnected.dispose();
    super.dispose();
  }

  /** A disconnect that was pending has happened. The next login begins anew. */
  private _forgetPending(): void {
    if (this._disconnected.value?.is_pending) {
      this._disconnected.reset();
    }
  }

  private _onHint(_: ServerEvents, hint: IHint): void {
    if (hint.kind === 'account') {
      void this.refresh();
      this.login.check().catch(() => undefined); // polled again later
    }
  }

  private readonly _poll: Poll;
  private readonly _status = new AsyncValue<Status>(this.changed);
  private readonly _account = new AsyncValue<Account>(this.changed);
  private readonly _disconnected = new AsyncValue<Disconnected>(this.changed);
}

export namespace AccountModel {
  export interface IOptions {
    client: Client;
    events: ServerEvents;
    openTab: () => ITab | null;
    pageUrl: () => string;
    /** Milliseconds between polls, which catch missed events. */
    pollMs?: number;
  }
}
