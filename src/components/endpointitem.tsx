import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import type { Endpoint, LoginAction } from '../api/schema';
import { Button } from './button';
import { isOpenable, loginFor, ReadinessView } from './readiness';
import { printable } from '../words';

export interface IEndpointCallbacks {
  onOpen: (endpoint: Endpoint) => void;
  /** Log in to make this endpoint ready. Called within the click. */
  onLogInFor: (endpoint: Endpoint, action: LoginAction) => void;
}

/** One endpoint, with its readiness and the next step. */
export function EndpointItem(
  props: IEndpointCallbacks & { endpoint: Endpoint; trans: TranslationBundle }
): React.JSX.Element {
  const { endpoint, trans } = props;
  const { readiness } = endpoint;
  const action = loginFor(endpoint);
  const owner = [endpoint.organization, endpoint.owner].filter(
    (text, index, all) => text !== '' && all.indexOf(text) === index
  );
  return (
    <li className="jp-SRegistryGlobus-endpoint" data-endpoint-id={endpoint.id}>
      <button
        type="button"
        className="jp-SRegistryGlobus-endpointButton"
        disabled={!isOpenable(endpoint)}
        title={printable(
          [endpoint.display_name, endpoint.description, endpoint.id]
            .filter(Boolean)
            .join('\n')
        )}
        onClick={() => props.onOpen(endpoint)}
      >
        <span className="jp-SRegistryGlobus-name">
          {printable(endpoint.display_name || endpoint.id)}
        </span>
        <span className="jp-SRegistryGlobus-sub">
          {printable(owner.join(' · '))}
        </span>
        <span className="jp-SRegistryGlobus-facts">
          <ReadinessView readiness={readiness} trans={trans} />
          {endpoint.is_high_assurance && (
            <span className="jp-SRegistryGlobus-chip">
              {trans.__('High assurance')}
            </span>
          )}
        </span>
      </button>
      {readiness.next_step && (
        <div className="jp-SRegistryGlobus-nextStep">
          <span>{printable(readiness.next_step)}</span>
          {action && (
            <Button
              label={
                readiness.state === 'needs_consent'
                  ? trans.__('Grant access')
                  : trans.__('Log in again')
              }
              caption={trans.__(
                'Log in to Globus for %1',
                printable(endpoint.display_name)
              )}
              onClick={() => props.onLogInFor(endpoint, action)}
            />
          )}
        </div>
      )}
    </li>
  );
}
