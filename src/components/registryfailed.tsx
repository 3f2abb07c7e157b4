import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import type { Registry } from '../api/schema';
import { formatMoment, formatSeconds } from '../format';
import { Button } from './button';
import type { LogIn } from './notice';
import { Notice } from './notice';
import { printable } from '../words';

/** Why a registry could not be listed, with an action. */
export function RegistryFailed(props: {
  registry: Registry;
  /** Whether there is no other, so that there is room for the whole message. */
  isOnly: boolean;
  trans: TranslationBundle;
  onReload: () => void;
  /** Null while disconnected: the head of the panel offers to connect then. */
  onLogIn: LogIn | null;
}): React.JSX.Element {
  const { registry, trans, onReload, onLogIn } = props;
  const { action } = registry;
  return (
    <div className={props.isOnly ? undefined : 'jp-SRegistryGlobus-compact'}>
      <Notice
        severity="warning"
        actions={
          action?.kind !== 'login' ? (
            <Button label={trans.__('Retry')} onClick={onReload} />
          ) : onLogIn ? (
            <Button
              isMain
              label={trans.__('Log in to continue')}
              onClick={() => onLogIn(action, onReload)}
            />
          ) : undefined
        }
      >
        <details className="jp-SRegistryGlobus-details" open={props.isOnly}>
          <summary>
            {printable(
              trans.__('Could not list the registry %1.', registry.name)
            )}
          </summary>
          {printable(registry.message)}
          {action?.kind === 'configure' && (
            <p className="jp-SRegistryGlobus-help">{printable(action.help)}</p>
          )}
          {registry.listed_at !== null && (
            <p>
              {trans.__(
                'Showing its images from %2 (%1 ago).',
                formatSeconds(Date.now() / 1000 - registry.listed_at, trans),
                formatMoment(registry.listed_at)
              )}
            </p>
          )}
        </details>
      </Notice>
    </div>
  );
}
