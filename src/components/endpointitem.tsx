import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import type { Endpoint, LoginAction } from '../api/schema';
import { sendIcon } from '../icons';
import { Button, IconButton } from './button';
import {
  isOpenable,
  isReady,
  loginFor,
  ReadinessIcon,
  readinessWord
} from './readiness';
import { printable } from '../words';

export interface IEndpointCallbacks {
  onOpen: (endpoint: Endpoint) => void;
  /** Log in to make this endpoint ready. Called within the click. */
  onLogInFor: (endpoint: Endpoint, action: LoginAction) => void;
  /** Send the selected images to its default folder. Omit if none are selected. */
  onSendTo?: (endpoint: Endpoint) => void;
}

/** One endpoint on two lines: its name, then its institution and its readiness. */
export function EndpointItem(
  props: IEndpointCallbacks & { endpoint: Endpoint; trans: TranslationBundle }
): React.JSX.Element {
  const { endpoint, trans, onSendTo } = props;
  const { readiness } = endpoint;
  const action = loginFor(endpoint);
  const name = printable(endpoint.display_name || endpoint.id);
  const facts = [
    endpoint.organization || endpoint.owner,
    endpoint.is_high_assurance ? trans.__('High assurance') : ''
  ].filter(text => text !== '');
  return (
    <li className="jp-SRegistryGlobus-endpoint" data-endpoint-id={endpoint.id}>
      <button
        type="button"
        className="jp-SRegistryGlobus-endpointButton"
        disabled={!isOpenable(endpoint)}
        title={printable(
          [
            endpoint.display_name,
            endpoint.description,
            [endpoint.organization, endpoint.owner].filter(Boolean).join(' · '),
            readiness.next_step,
            endpoint.id
          ]
            .filter(Boolean)
            .join('\n')
        )}
        onClick={() => props.onOpen(endpoint)}
      >
        <ReadinessIcon state={readiness.state} />
        <span className="jp-SRegistryGlobus-twoLines">
          <span className="jp-SRegistryGlobus-name">{name}</span>
          <span className="jp-SRegistryGlobus-sub">
            <span>{readinessWord(readiness.state, trans)}</span>
            {facts.length > 0 && printable(` · ${facts.join(' · ')}`)}
            <span className="jp-SRegistryGlobus-aside">
              {printable(readiness.next_step)}
            </span>
          </span>
        </span>
      </button>
      {action && (
        <Button
          label={
            readiness.state === 'needs_consent'
              ? trans.__('Grant access')
              : trans.__('Log in again')
          }
          caption={
            readiness.next_step || trans.__('Log in to Globus for %1', name)
          }
          onClick={() => props.onLogInFor(endpoint, action)}
        />
      )}
      {onSendTo && isReady(endpoint) && (
        <IconButton
          className="jp-SRegistryGlobus-rowButton"
          label={trans.__('Send the selected images to %1', name)}
          icon={sendIcon}
          onClick={() => onSendTo(endpoint)}
        />
      )}
    </li>
  );
}
