import type { TranslationBundle } from '@jupyterlab/translation';
import {
  caretLeftIcon,
  downloadIcon,
  fileIcon,
  folderIcon,
  newFolderIcon,
  refreshIcon
} from '@jupyterlab/ui-components';
import * as React from 'react';
import type { Endpoint, ErrorBody, Folder, FolderEntry } from '../api/schema';
import { formatBytes } from '../format';
import { bookmarkIcon } from '../icons';
import type { Async } from '../models/async';
import { valueOf } from '../models/async';
import { crumbsOf, isFolderName, joinFolder } from '../paths';
import { IconButton } from './button';
import { Icon } from './icon';
import type { LogIn } from './notice';
import { ErrorNotice, Notice } from './notice';
import { ReadinessView } from './readiness';
import { LineForm } from './textbox';
import { Window } from './window';

export const ENTRY_HEIGHT = 24;

export interface IFolderProps {
  endpoint: Endpoint | undefined;
  folder: Async<Folder>;
  entries: readonly FolderEntry[];
  path: string | null;
  error: ErrorBody | null;
  actionError: ErrorBody | null;
  bookmarked: string | null;
  trans: TranslationBundle;
  /** Back to the list of endpoints. */
  onClose: () => void;
  onGo: (path: string | null) => void;
  onRefresh: () => void;
  onCreateFolder: (name: string) => Promise<boolean>;
  onBookmark: (name: string) => Promise<boolean>;
  onLogIn: LogIn;
  /** Get an image file into a registry of this server; not offered without. */
  onGet?: (folder: string, entry: FolderEntry) => void;
  /** Whether a file's name is one that images have. */
  isImage?: (name: string) => boolean;
}

type Asking = 'nothing' | 'folder' | 'bookmark';

/** One endpoint's folders, in place: where we are, what is there, and what can be made. */
export function FolderView(props: IFolderProps): React.JSX.Element {
  const { endpoint, trans, path } = props;
  const [asking, setAsking] = React.useState<Asking>('nothing');
  const isListed = valueOf(props.folder) !== undefined;
  const done = (isDone: boolean) => {
    if (isDone) {
      setAsking('nothing');
    }
  };
  const name = endpoint?.display_name ?? trans.__('Endpoint');
  return (
    <div
      className="jp-SRegistryGlobus-folder"
      role="group"
      aria-label={trans.__('Folders of %1', name)}
    >
      <div className="jp-SRegistryGlobus-folderHead">
        <IconButton
          label={trans.__('Back to the endpoints')}
          icon={caretLeftIcon}
          onClick={props.onClose}
        />
        <div className="jp-SRegistryGlobus-identity" title={endpoint?.id}>
          <div className="jp-SRegistryGlobus-name">{name}</div>
          {endpoint && (
            <ReadinessView readiness={endpoint.readiness} trans={trans} />
          )}
        </div>
        <IconButton
          label={trans.__('New folder')}
          icon={newFolderIcon}
          isDisabled={!isListed}
          onClick={() => setAsking('folder')}
        />
        <IconButton
          label={trans.__('Bookmark this folder')}
          icon={bookmarkIcon}
          isDisabled={!isListed}
          onClick={() => setAsking('bookmark')}
        />
        <IconButton
          label={trans.__('Refresh folder')}
          icon={refreshIcon}
          onClick={props.onRefresh}
        />
      </div>
      {path !== null && <Crumbs path={path} trans={trans} onGo={props.onGo} />}
      {asking === 'folder' && (
        <LineForm
          label={trans.__('Name of the new folder')}
          acceptLabel={trans.__('Create')}
          trans={trans}
          isValid={isFolderName}
          onAccept={name => void props.onCreateFolder(name).then(done)}
          onCancel={() => setAsking('nothing')}
        />
      )}
      {asking === 'bookmark' && (
        <LineForm
          label={trans.__('Name of the bookmark')}
          acceptLabel={trans.__('Bookmark')}
          trans={trans}
          initial={lastName(path) || endpoint?.display_name}
          onAccept={name => void props.onBookmark(name).then(done)}
          onCancel={() => setAsking('nothing')}
        />
      )}
      {props.actionError && (
        <ErrorNotice
          error={props.actionError}
          trans={trans}
          onLogIn={props.onLogIn}
        />
      )}
      {props.bookmarked !== null && (
        <Notice severity="note">
          {trans.__('Bookmarked as %1.', props.bookmarked)}
        </Notice>
      )}
      {props.error && (
        <ErrorNotice
          error={props.error}
          trans={trans}
          onRetry={props.onRefresh}
          onLogIn={props.onLogIn}
          onChooseEndpoint={props.onClose}
          onChooseFolder={() => props.onGo(endpoint?.default_directory ?? null)}
        />
      )}
      {!props.error && <Entries {...props} />}
    </div>
  );
}

function Crumbs(props: {
  path: string;
  trans: TranslationBundle;
  onGo: (path: string) => void;
}): React.JSX.Element {
  const crumbs = crumbsOf(props.path);
  return (
    <nav
      className="jp-SRegistryGlobus-crumbs"
      aria-label={props.trans.__('Folder path')}
    >
      {crumbs.map((crumb, index) => (
        <React.Fragment key={crumb.path}>
          {index > 1 && <span aria-hidden="true">/</span>}
          <button
            type="button"
            className="jp-SRegistryGlobus-crumb"
            aria-current={index === crumbs.length - 1 ? 'location' : undefined}
            title={crumb.path}
            onClick={() => props.onGo(crumb.path)}
          >
            {crumb.name}
          </button>
        </React.Fragment>
      ))}
    </nav>
  );
}

function Entries(props: IFolderProps): React.JSX.Element {
  const { entries, trans, folder } = props;
  const [active, setActive] = React.useState(-1);
  const listed = valueOf(folder);
  const status =
    folder.state === 'loading'
      ? trans.__('Listing…')
      : listed?.entries.length === 0
        ? trans.__('This folder is empty.')
        : listed?.is_truncated
          ? trans.__(
              'Showing %1 of %2 entries. Type a path to reach the others.',
              listed.entries.length,
              listed.total
            )
          : null;
  const [wantsFocus, setWantsFocus] = React.useState(false);
  const focusable = React.useRef<HTMLButtonElement>(null);
  // One stop for the Tab key; the arrow keys go on from there. Folders come first.
  const tabStop = Math.max(0, active);
  React.useEffect(() => setActive(-1), [listed]);
  React.useEffect(() => {
    if (wantsFocus) {
      focusable.current?.focus({ preventScroll: true });
      setWantsFocus(false);
    }
  }, [wantsFocus, active]);
  return (
    <>
      <div className="jp-SRegistryGlobus-status" role="status">
        {status}
      </div>
      {listed && entries.length > 0 && (
        <Window
          count={entries.length}
          rowHeight={ENTRY_HEIGHT}
          active={active}
          containerProps={{
            className: `jp-SRegistryGlobus-entries ${folder.state === 'loading' ? 'jp-mod-old' : ''}`,
            role: 'list',
            'aria-label': trans.__('Content of the folder'),
            onKeyDown: event => {
              const next = nextFolder(event.key, active, entries);
              if (next !== null) {
                event.preventDefault();
                setActive(next);
                setWantsFocus(true);
              }
            }
          }}
          renderRow={(index, style) => {
            const entry = entries[index];
            return entry === undefined ? null : (
              <div
                key={entry.name}
                role="listitem"
                className="jp-SRegistryGlobus-entry"
                style={style}
              >
                {entry.type === 'dir' ? (
                  <button
                    type="button"
                    ref={index === tabStop ? focusable : undefined}
                    tabIndex={index === tabStop ? 0 : -1}
                    title={entry.name}
                    onFocus={() => setActive(index)}
                    onClick={() =>
                      props.onGo(joinFolder(listed.path, entry.name))
                    }
                  >
                    <Icon icon={folderIcon} />
                    <span className="jp-SRegistryGlobus-label">
                      {entry.name}
                    </span>
                  </button>
                ) : (
                  <span className="jp-SRegistryGlobus-file" title={entry.name}>
                    <Icon icon={fileIcon} />
                    <span className="jp-SRegistryGlobus-label">
                      {entry.name}
                    </span>
                    <span className="jp-SRegistryGlobus-size">
                      {entry.size_bytes === null
                        ? ''
                        : formatBytes(entry.size_bytes)}
                    </span>
                    {props.onGet && props.isImage?.(entry.name) && (
                      <IconButton
                        label={trans.__('Get %1 into my images…', entry.name)}
                        icon={downloadIcon}
                        onClick={() => props.onGet?.(listed.path, entry)}
                      />
                    )}
                  </span>
                )}
              </div>
            );
          }}
        />
      )}
    </>
  );
}

/** The folder that a key goes to; null if it is no such key. */
function nextFolder(
  key: string,
  active: number,
  entries: readonly FolderEntry[]
): number | null {
  const firstFile = entries.findIndex(entry => entry.type !== 'dir');
  const last = (firstFile === -1 ? entries.length : firstFile) - 1;
  switch (key) {
    case 'ArrowDown':
      return Math.min(last, Math.max(0, active) + 1);
    case 'ArrowUp':
      return Math.max(0, active - 1);
    case 'Home':
      return 0;
    case 'End':
      return last;
    default:
      return null;
  }
}

function lastName(path: string | null): string {
  if (path === null) {
    return '';
  }
  const crumbs = crumbsOf(path).slice(1);
  return crumbs.pop()?.name ?? '';
}
