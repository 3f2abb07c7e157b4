import type { TranslationBundle } from '@jupyterlab/translation';
import { ellipsesIcon, userIcon } from '@jupyterlab/ui-components';
import * as React from 'react';
import type { Account, Disconnected, ErrorBody } from '../api/schema';
import { blockedIcon } from '../icons';
import type { LoginState } from '../models/login';
import { Button, IconButton } from './button';
import { DisconnectedView } from './disconnected';
import { Icon } from './icon';
import { IdentityView } from './identity';
import type { ILoginCallbacks } from './login';
import { LoginView } from './login';
import { NotConfigured } from './notconfigured';
import { ErrorNotice, Notice } from './notice';
import { printable } from '../words';

interface IAccountProps extends ILoginCallbacks {
  account: Account | undefined;
  /** Why the account could not be loaded. */
  error: ErrorBody | null;
  login: LoginState;
  /** The result of the last disconnect. */
  disconnected: Disconnected | null;
  disconnectError: ErrorBody | null;
  /** Whether the server disconnects once the uploads have ended. */
  isDisconnecting: boolean;
  /** What to configure, and who can do it, while Globus is not set up. */
  setupHelp: string;
  trans: TranslationBundle;
  onConnect: () => void;
  onDisconnect: () => void;
  /** Show the menu of the account below its button. */
  onMenu: (anchor: HTMLElement) => void;
  onReload: () => void;
}

/** The head of the panel: the connected account, with buttons to change it. */
export function AccountView(props: IAccountProps): React.JSX.Element {
  const { account, error, login, trans } = props;
  return (
    <section
      className="jp-SRegistryGlobus-account"
      aria-label={trans.__('Globus account')}
    >
      {error && (
        <ErrorNotice error={error} trans={trans} onRetry={props.onReload} />
      )}
      {account ? (
        <AccountState {...props} account={account} />
      ) : (
        !error && (
          <div className="jp-SRegistryGlobus-hint">
            {trans.__('Loading account…')}
          </div>
        )
      )}
      <LoginView
        login={login}
        trans={trans}
        onSwitchToCode={props.onSwitchToCode}
        onSubmitCode={props.onSubmitCode}
        onCancelLogin={props.onCancelLogin}
        onTryAgain={props.onTryAgain}
      />
    </section>
  );
}

function AccountState(
  props: IAccountProps & { account: Account }
): React.JSX.Element {
  const { account, login, trans } = props;
  switch (account.state) {
    case 'connected':
      return (
        <>
          <div className="jp-SRegistryGlobus-accountRow">
            <Icon icon={userIcon} />
            <IdentityView account={account} trans={trans} />
            <SandboxChip {...props} />
            {account.source !== 'service' && (
              <IconButton
                label={trans.__('Globus account menu')}
                icon={ellipsesIcon}
                hasMenu
                onClick={event => props.onMenu(event.currentTarget)}
              />
            )}
          </div>
          {props.isDisconnecting && (
            <Notice severity="note">
              {trans.__('Disconnects once the uploads have ended.')}
            </Notice>
          )}
          {props.disconnectError && (
            <ErrorNotice
              error={props.disconnectError}
              trans={trans}
              onRetry={props.onDisconnect}
            />
          )}
        </>
      );
    case 'disconnected':
      return (
        <>
          <div className="jp-SRegistryGlobus-accountRow">
            <span className="jp-SRegistryGlobus-label">
              {trans.__('Not connected')}
            </span>
            <SandboxChip {...props} />
            {(login.state === 'idle' || login.state === 'failed') && (
              <Button
                isMain
                label={trans.__('Connect')}
                onClick={props.onConnect}
              />
            )}
          </div>
          {account.reason && <Notice severity="note">{account.reason}</Notice>}
          {props.disconnected && (
            <DisconnectedView disconnected={props.disconnected} trans={trans} />
          )}
        </>
      );
    case 'not_configured':
      return <NotConfigured setupHelp={props.setupHelp} trans={trans} />;
    case 'disabled':
      return (
        <>
          <div className="jp-SRegistryGlobus-accountRow">
            <Icon icon={blockedIcon} />
            <span className="jp-SRegistryGlobus-label jp-SRegistryGlobus-name">
              {trans.__('Globus is turned off')}
            </span>
          </div>
          <div className="jp-SRegistryGlobus-hint">
            {printable(account.reason) ||
              trans.__(
                'The administrator turned Globus off on this server. You can browse images, but not send them.'
              )}
          </div>
        </>
      );
  }
}

function SandboxChip(props: {
  account: Account;
  trans: TranslationBundle;
}): React.JSX.Element | null {
  const { account, trans } = props;
  return account.is_sandbox ? (
    <span
      className="jp-SRegistryGlobus-sandbox"
      title={trans.__('Sandbox: nothing leaves this machine')}
    >
      {trans.__('Sandbox')}
    </span>
  ) : null;
}
