import type { TranslationBundle } from '@jupyterlab/translation';
import { VDomRenderer } from '@jupyterlab/ui-components';
import * as React from 'react';
import type { ErrorBody, LoginAction } from '../api/schema';
import { AccountView } from '../components/account';
import type { ILoginCallbacks } from '../components/login';
import { valueOf } from '../models/async';
import type { AccountModel } from '../models/account';
import type { TransfersModel } from '../models/transfers';
import { openAccountMenu } from './accountmenu';

/** A login that ignores the current session at Globus, so that the user can switch accounts. */
const anotherLogin: LoginAction = {
  kind: 'login',
  required_scopes: [],
  session_message: null,
  session_required_identities: [],
  session_required_single_domain: [],
  session_required_policies: [],
  session_required_mfa: false,
  prompt: 'login'
};

/** The head of the panel. */
export class AccountPanel extends VDomRenderer<AccountModel> {
  constructor(private readonly _options: AccountPanel.IOptions) {
    super(_options.account);
    this.addClass('jp-SRegistryGlobus-head');
    _options.transfers.stateChanged.connect(this.update, this);
  }

  dispose(): void {
    this._options.transfers.stateChanged.disconnect(this.update, this);
    super.dispose();
  }

  /** Why the Jupyter server can't be reached. The transfers ask it most often. */
  private get _unreachable(): ErrorBody | null {
    const { error } = this._options.transfers;
    return error?.code === 'unreachable' ? error : null;
  }

  protected render(): React.JSX.Element {
    const { model } = this;
    const { trans, onDisconnect } = this._options;
    return (
      <AccountView
        account={model.account}
        error={this._unreachable ?? model.error}
        login={model.login.current}
        disconnected={model.disconnected}
        disconnectError={model.disconnectError}
        isDisconnecting={model.isDisconnecting}
        setupHelp={valueOf(model.status)?.setup_help ?? ''}
        trans={trans}
        onConnect={() => void model.connect()}
        onDisconnect={onDisconnect}
        onMenu={anchor => {
          if (model.account) {
            openAccountMenu(anchor, {
              account: model.account,
              trans,
              onConnectAsAnother: () => void model.connect(anotherLogin),
              onDisconnect
            });
          }
        }}
        onReload={() => {
          void model.refresh();
          void this._options.transfers.refresh();
        }}
        {...loginCallbacks(model)}
      />
    );
  }
}

export namespace AccountPanel {
  export interface IOptions {
    account: AccountModel;
    transfers: TransfersModel;
    trans: TranslationBundle;
    onDisconnect: () => void;
  }
}

/** Return the callbacks of the buttons of a login. */
export function loginCallbacks({ login }: AccountModel): ILoginCallbacks {
  return {
    onSwitchToCode: () => login.switchToCode(),
    onSubmitCode: code => void login.submitCode(code),
    onCancelLogin: () => login.cancel(),
    onTryAgain: () => void login.begin(login.action)
  };
}
