import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import type { LoginState } from '../models/login';
import { Button, OutsideLink } from './button';
import { ErrorNotice, Notice } from './notice';
import { LineForm } from './textbox';

export interface ILoginCallbacks {
  /** Called within the click, because browsers block tabs opened later. */
  onSwitchToCode: () => void;
  onSubmitCode: (code: string) => void;
  onCancelLogin: () => void;
  /** Start the failed login again. Called within the click. */
  onTryAgain: () => void;
}

/** A login in progress, with instructions and a way to cancel it. */
export function LoginView(
  props: ILoginCallbacks & { login: LoginState; trans: TranslationBundle }
): React.JSX.Element | null {
  const { login, trans } = props;
  switch (login.state) {
    case 'idle':
      return null;
    case 'starting':
      return <Notice severity="note">{trans.__('Starting the login…')}</Notice>;
    case 'failed':
      return (
        <ErrorNotice
          error={{ ...login.error, action: null, retryable: true }}
          trans={trans}
          onRetry={props.onTryAgain}
        />
      );
    case 'waiting':
      return <Waiting {...props} login={login} />;
  }
}

function Waiting(
  props: ILoginCallbacks & {
    login: LoginState & { state: 'waiting' };
    trans: TranslationBundle;
  }
): React.JSX.Element {
  const { login, trans } = props;
  const wantsCode = login.started.method === 'code';
  return (
    <div
      className="jp-SRegistryGlobus-login"
      role="group"
      aria-label={trans.__('Globus login')}
    >
      <div role="status">
        {login.isBlocked ? (
          <>
            <Notice severity="warning">
              {trans.__(
                'Your browser blocked the new tab. Open the login page with this link:'
              )}
            </Notice>
            <OutsideLink
              isButton
              href={login.started.authorize_url}
              label={trans.__('Open the Globus login page')}
            />
          </>
        ) : wantsCode ? (
          trans.__(
            'Log in in the new tab, copy the code that Globus shows, and paste it here.'
          )
        ) : (
          trans.__(
            'Finish logging in in the new tab. This panel updates automatically.'
          )
        )}
      </div>
      {wantsCode ? (
        <>
          <LineForm
            label={trans.__('Code from Globus')}
            acceptLabel={trans.__('Finish')}
            trans={trans}
            isBusy={login.isChecking}
            onAccept={props.onSubmitCode}
            onCancel={props.onCancelLogin}
          />
          {login.problem && <ErrorNotice error={login.problem} trans={trans} />}
        </>
      ) : (
        <div className="jp-SRegistryGlobus-actions">
          <Button
            label={trans.__('Paste a code instead')}
            onClick={props.onSwitchToCode}
          />
          <Button label={trans.__('Cancel')} onClick={props.onCancelLogin} />
        </div>
      )}
    </div>
  );
}
