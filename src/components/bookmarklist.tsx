import type { TranslationBundle } from '@jupyterlab/translation';
import { closeIcon } from '@jupyterlab/ui-components';
import * as React from 'react';
import type { Bookmark } from '../api/schema';
import { bookmarkIcon } from '../icons';
import { IconButton } from './button';
import { Icon } from './icon';
import { printable } from '../words';

/** A list of bookmarks. */
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
        <li key={bookmark.id} className="jp-SRegistryGlobus-endpoint">
          <button
            type="button"
            className="jp-SRegistryGlobus-endpointButton"
            title={printable(
              [bookmark.name, bookmark.path, bookmark.endpoint_id].join('\n')
            )}
            onClick={() => props.onOpen(bookmark)}
          >
            <Icon icon={bookmarkIcon} />
            <span className="jp-SRegistryGlobus-twoLines">
              <span className="jp-SRegistryGlobus-name">
                {printable(bookmark.name)}
              </span>
              <span className="jp-SRegistryGlobus-sub">
                {printable(bookmark.path)}
              </span>
            </span>
          </button>
          {onDelete && (
            <IconButton
              className="jp-SRegistryGlobus-rowButton"
              label={trans.__('Remove bookmark %1', printable(bookmark.name))}
              icon={closeIcon}
              onClick={() => onDelete(bookmark)}
            />
          )}
        </li>
      ))}
    </ul>
  );
}
