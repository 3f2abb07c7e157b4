import type { TranslationBundle } from '@jupyterlab/translation';
import { closeIcon } from '@jupyterlab/ui-components';
import * as React from 'react';
import type { Bookmark, Endpoint, LoginAction } from '../api/schema';
import { bookmarkIcon } from '../icons';
import { IconButton, Button } from './button';
import { Icon } from './icon';
import { isOpenable, loginFor, ReadinessView } from './readiness';

export interface IEndpointCallbacks {
  onOpen: (endpoint: Endpoint) => void;
  /** Log in so that this endpoint becomes ready; called in the click. */
  onLogInFor: (endpoint: Endpoint, action: LoginAction) => void;
}

/** Endpoints, one a line, each with its readiness and the next step. */
export function EndpointList(
  props: IEndpointCallbacks & {
    label: string;
    endpoints: readonly Endpoint[];
    trans: TranslationBundle;
  }
): React.JSX.Element {
  return (
    <ul className="jp-SRegistryGlobus-list" aria-label={props.label}>
      {props.endpoints.map(endpoint => (
        <EndpointItem key={endpoint.id} {...props} endpoint={endpoint} />
      ))}
    </ul>
  );
}

function EndpointItem(
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
        title={[endpoint.display_name, endpoint.description, endpoint.id]
          .filter(Boolean)
          .join('\n')}
        onClick={() => props.onOpen(endpoint)}
      >
        <span className="jp-SRegistryGlobus-name">
          {endpoint.display_name || endpoint.id}
        </span>
        <span className="jp-SRegistryGlobus-sub">{owner.join(' · ')}</span>
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
          <span>{readiness.next_step}</span>
          {action && (
            <Button
              label={
                readiness.state === 'needs_consent'
                  ? trans.__('Grant access')
                  : trans.__('Log in again')
              }
              caption={trans.__(
                'Log in at Globus for %1',
                endpoint.display_name
              )}
              onClick={() => props.onLogInFor(endpoint, action)}
            />
          )}
        </div>
      )}
    </li>
  );
}

/** The person's bookmarks, one a line. */
export function BookmarkList(props: {
  bookmarks: readonly Bookmark[];
  trans: TranslationBundle;
  onOpen: (bookmark: Bookmark) => void;
  onDelete?: (bookmark: Bookmark) => void;
}): React.JSX.Element {
  const { trans, onDelete } = props;
  return (
    <ul className="jp-SRegistryGlobus-list" aria-label={trans.__('Bookmarks')}>
      {props.bookmarks.map(bookmark => (
        <li
          key={bookmark.id}
          className="jp-SRegistryGlobus-endpoint jp-mod-bookmark"
        >
          <button
            type="button"
            className="jp-SRegistryGlobus-endpointButton"
            title={[bookmark.name, bookmark.path, bookmark.endpoint_id].join(
              '\n'
            )}
            onClick={() => props.onOpen(bookmark)}
          >
            <span className="jp-SRegistryGlobus-name">
              <Icon icon={bookmarkIcon} /> {bookmark.name}
            </span>
            <span className="jp-SRegistryGlobus-sub">{bookmark.path}</span>
          </button>
          {onDelete && (
            <IconButton
              className="jp-SRegistryGlobus-rowButton"
              label={trans.__('Remove bookmark %1', bookmark.name)}
              icon={closeIcon}
              onClick={() => onDelete(bookmark)}
            />
          )}
        </li>
      ))}
    </ul>
  );
}
