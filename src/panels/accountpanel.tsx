import type { TranslationBundle } from '@jupyterlab/translation';
import { VDomRenderer } from '@jupyterlab/ui-components';
import * as React from 'react';
import type { LoginAction } from '../api/schema';
import { AccountView } from '../components/account';
import type { ILoginCallbacks } from '../components/login';
import { valueOf } from '../models/async';
import type { AccountModel } from '../models/account';

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
  }

  protected render(): React.JSX.Element {
    const { model } = this;
    const { trans, onDisconnect } = this._options;
    return (
      <AccountView
        account={model.account}
        error={model.error}
        login={model.login.current}
        disconnected={model.disconnected}
        disconnectError={model.disconnectError}
        isDisconnecting={model.isDisconnecting}
        setupHelp={valueOf(model.status)?.setup_help ?? ''}
        trans={trans}
        onConnect={() => void model.connect()}
        onConnectAsAnother={() => void model.connect(anotherLogin)}
        onDisconnect={onDisconnect}
        onReload={() => void model.refresh()}
        {...loginCallbacks(model)}
      />
    );
  }
}

export namespace AccountPanel {
  export interface IOptions {
    account: AccountModel;
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
