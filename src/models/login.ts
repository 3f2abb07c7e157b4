import { PromiseDelegate } from '@lumino/coreutils';
import { Poll } from '@lumino/polling';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';
import type { Client } from '../api/client';
import { plainError, toErrorBody } from '../api/request';
import type { ErrorBody, LoginAction, LoginStarted } from '../api/schema';
import { isWebAddress } from '../urls';
import { Model } from './model';
import type { ITab } from './tab';

/** The state of the login. */
export type LoginState =
  | { readonly state: 'idle' }
  | { readonly state: 'starting' }
  | {
      readonly state: 'waiting';
      readonly started: LoginStarted;
      /** Whether the browser blocked the tab, so that the user must click a link. */
      readonly isBlocked: boolean;
      /** Whether a code is being checked. */
      readonly isChecking: boolean;
      /** Why the last code was rejected. */
      readonly problem: ErrorBody | null;
    }
  | { readonly state: 'failed'; readonly error: ErrorBody };

/**
 * One login at a time. A tab opens within the click and is sent to Globus. The outcome comes from
 * our own server, never from the tab.
 */
export class Login extends Model {
  constructor(private readonly _options: Login.IOptions) {
    super();
    this._poll = new Poll({
      auto: false,
      name: 'sregistry-globus:login',
      factory: () => this.check(),
      frequency: { interval: 2000, backoff: false },
      standby: 'when-hidden',
      linger: 0
    });
  }

  get current(): LoginState {
    return this._current;
  }

  /** What the current login is for. */
  get action(): LoginAction | null {
    return this._action;
  }

  /** Emitted after a login succeeded and its promise was resolved. */
  get succeeded(): ISignal<this, void> {
    return this._succeeded;
  }

  /**
   * Start a login. Must be called within a click.
   *
   * @param action - the login that an error asked for. Null for a plain login.
   * @param method - `code` if the user wants to paste a code. Null lets the server choose.
   * @returns whether it succeeded. False if it was canceled or replaced by another login.
   */
  begin(
    action: LoginAction | null,
    method: 'code' | null = null
  ): Promise<boolean> {
    this._settle(false);
    this._action = action;
    this._outcome = new PromiseDelegate();
    const outcome = this._outcome.promise;
    void this._start(method, this._options.openTab());
    return outcome;
  }

  /** Continue the same login by pasting a code. Must be called within a click. */
  switchToCode(): void {
    void this._start('code', this._options.openTab());
  }

  /** Finish with the code from Globus. */
  async submitCode(code: string): Promise<void> {
    const current = this._current;
    if (current.state !== 'waiting' || current.isChecking) {
      return;
    }
    const turn = this._turn;
    this._become({ ...current, isChecking: true, problem: null });
    try {
      await this._options.client.finishLogin(
        current.started.login_id,
        code.trim()
      );
    } catch (reason) {
      if (turn === this._turn) {
        const problem = toErrorBody(reason);
        this._become({ ...current, isChecking: false, problem });
      }
      return;
    }
    if (turn === this._turn) {
      await this._succeed();
    }
  }

  /** Cancel the login. */
  cancel(): void {
    this._turn++;
    void this._poll.stop();
    this._become({ state: 'idle' });
    this._settle(false);
  }

  /** Ask the server for the outcome. Called by the poll and after hints. */
  async check(): Promise<void> {
    const current = this._current;
    if (current.state !== 'waiting') {
      return;
    }
    const turn = this._turn;
    const outcome = await this._options.client.login(current.started.login_id);
    if (turn !== this._turn) {
      return;
    }
    if (outcome.state === 'succeeded') {
      await this._succeed();
    } else if (outcome.state === 'failed') {
      this._fail(plainError('login_failed', outcome.message));
    }
  }

  dispose(): void {
    if (this.isDisposed) {
      return;
    }
    this._turn++;
    this._poll.dispose();
    this._settle(false);
    super.dispose();
  }

  private async _start(method: 'code' | null, tab: ITab | null): Promise<void> {
    const turn = ++this._turn;
    void this._poll.stop();
    this._become({ state: 'starting' });
    let started: LoginStarted;
    try {
      started = await this._options.client.beginLogin({
        page_url: this._options.pageUrl(),
        login: this._action,
        method
      });
      if (!isWebAddress(started.authorize_url)) {
        throw new Error('The server did not return a login page.');
      }
    } catch (reason) {
      tab?.close();
      if (turn === this._turn) {
        this._fail(toErrorBody(reason));
      }
      return;
    }
    if (turn !== this._turn) {
      tab?.close();
      return;
    }
    tab?.point(started.authorize_url);
    this._become({
      state: 'waiting',
      started,
      isBlocked: tab === null,
      isChecking: false,
      problem: null
    });
    void this._poll.start();
  }

  private async _succeed(): Promise<void> {
    const turn = ++this._turn;
    void this._poll.stop();
    try {
      await this._options.onSuccess();
    } finally {
      if (turn === this._turn) {
        this._become({ state: 'idle' });
        this._settle(true);
        // In a later microtask, so that the interrupted work resumes first.
        await Promise.resolve();
        this._succeeded.emit();
      }
    }
  }

  private _fail(error: ErrorBody): void {
    this._turn++;
    void this._poll.stop();
    this._become({ state: 'failed', error });
    this._settle(false);
  }

  private _settle(hasSucceeded: boolean): void {
    this._outcome?.resolve(hasSucceeded);
    this._outcome = null;
  }

  private _become(next: LoginState): void {
    this._current = next;
    this.changed();
  }

  private _current: LoginState = { state: 'idle' };
  private _action: LoginAction | null = null;
  private _outcome: PromiseDelegate<boolean> | null = null;
  private _turn = 0;
  private readonly _succeeded = new Signal<this, void>(this);
  private readonly _poll: Poll;
}

export namespace Login {
  export interface IOptions {
    client: Client;
    openTab: () => ITab | null;
    /** The address of this page, to which the login returns. */
    pageUrl: () => string;
    /** Called before a successful login is signaled. */
    onSuccess: () => Promise<void>;
  }
}
