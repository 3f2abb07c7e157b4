import type { TranslationBundle } from '@jupyterlab/translation';
import { downloadIcon, fileIcon, folderIcon } from '@jupyterlab/ui-components';
import * as React from 'react';
import type { FolderEntry } from '../api/schema';
import { formatBytes } from '../format';
import { IconButton } from './button';
import { Icon } from './icon';
import { printable } from '../words';

/** One entry of a folder: a subfolder to open, or a file that may be downloaded. */
export function FolderEntryView(props: {
  entry: FolderEntry;
  style: React.CSSProperties;
  /** The ref of the tab stop, if this entry is the tab stop. */
  stopRef: React.MutableRefObject<HTMLElement | null> | null;
  trans: TranslationBundle;
  onFocus: () => void;
  onGo: () => void;
  /** Download the file. Null to hide the button. */
  onGet: (() => void) | null;
}): React.JSX.Element {
  const { entry, stopRef, trans, onGet } = props;
  const name = printable(entry.name);
  return (
    <div
      role="listitem"
      className="jp-SRegistryGlobus-entry"
      style={props.style}
    >
      {entry.type === 'dir' ? (
        <button
          type="button"
          ref={
            stopRef
              ? element => {
                  stopRef.current = element;
                }
              : undefined
          }
          tabIndex={stopRef ? 0 : -1}
          title={name}
          onFocus={props.onFocus}
          onClick={props.onGo}
        >
          <Icon icon={folderIcon} />
          <span className="jp-SRegistryGlobus-label">{name}</span>
        </button>
      ) : (
        <span className="jp-SRegistryGlobus-file" title={name}>
          <Icon icon={fileIcon} />
          <span className="jp-SRegistryGlobus-label">{name}</span>
          <span className="jp-SRegistryGlobus-size">
            {entry.size_bytes === null ? '' : formatBytes(entry.size_bytes)}
          </span>
          {onGet && (
            <IconButton
              label={trans.__('Download %1 to my images…', name)}
              icon={downloadIcon}
              onClick={onGet}
            />
          )}
        </span>
      )}
    </div>
  );
}
