import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import type { ErrorBody, LoginAction } from '../api/schema';
import { errorIcon, infoIcon, warningIcon } from '../icons';
import { Button } from './button';
import { Icon } from './icon';
import { printable } from '../words';

export type Severity = 'note' | 'warning' | 'error';

const icons = { note: infoIcon, warning: warningIcon, error: errorIcon };

/** A note, warning or error, with actions. */
export function Notice(props: {
  severity: Severity;
  children: React.ReactNode;
  actions?: React.ReactNode;
  /** Whether screen readers announce it when it appears. */
  isAlert?: boolean;
}): React.JSX.Element {
  return (
    <div
      className={`jp-SRegistryGlobus-notice jp-mod-${props.severity}`}
      role={props.isAlert ? 'alert' : undefined}
    >
      <Icon icon={icons[props.severity]} />
      <div className="jp-SRegistryGlobus-noticeText">
        <div>{React.Children.map(props.children, shown)}</div>
        {props.actions && (
          <div className="jp-SRegistryGlobus-actions">{props.actions}</div>
        )}
      </div>
    </div>
  );
}

/** Log in as the action requires, then resume the interrupted work. */
export type LogIn = (action: LoginAction, goOn: () => void) => void;

/** A failed request: the reason, and the action that the server suggests. */
export function ErrorNotice(props: {
  error: ErrorBody;
  trans: TranslationBundle;
  /** Repeat the failed request. */
  onRetry?: () => void;
  onLogIn?: LogIn;
  onChooseEndpoint?: () => void;
  onChooseFolder?: () => void;
}): React.JSX.Element {
  const { error, trans, onRetry, onLogIn } = props;
  const { action } = error;
  const buttons: React.ReactNode[] = [];
  if (action?.kind === 'login' && onLogIn) {
    buttons.push(
      <Button
        key="login"
        isMain
        label={
          error.code === 'not_connected'
            ? trans.__('Connect to Globus')
            : trans.__('Log in to continue')
        }
        onClick={() => onLogIn(action, onRetry ?? noop)}
      />
    );
  } else if (action?.kind === 'choose_endpoint' && props.onChooseEndpoint) {
    buttons.push(
      <Button
        key="endpoint"
        label={trans.__('Choose another endpoint')}
        onClick={props.onChooseEndpoint}
      />
    );
  } else if (action?.kind === 'choose_folder' && props.onChooseFolder) {
    buttons.push(
      <Button
        key="folder"
        label={trans.__('Choose another folder')}
        onClick={props.onChooseFolder}
      />
    );
  }
  if (onRetry && (error.retryable || action?.kind === 'retry')) {
    buttons.push(
      <Button key="retry" label={trans.__('Retry')} onClick={onRetry} />
    );
  }
  return (
    <Notice
      severity="error"
      isAlert
      actions={buttons.length > 0 ? buttons : undefined}
    >
      {printable(error.message)}
      {action?.kind === 'login' &&
        action.session_message &&
        !error.message.includes(action.session_message) &&
        // For a consent, Globus only repeats the name of a scope here.
        error.code !== 'consent_required' && (
          <p>{printable(action.session_message)}</p>
        )}
      {action?.kind === 'configure' && (
        <p className="jp-SRegistryGlobus-help">{printable(action.help)}</p>
      )}
    </Notice>
  );
}

/** Make a text among the children safe to show. */
function shown(child: React.ReactNode): React.ReactNode {
  return typeof child === 'string' ? printable(child) : child;
}

function noop(): void {
  /* nothing to go on with */
}
