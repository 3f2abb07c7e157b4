import {
  caretLeftIcon,
  newFolderIcon,
  refreshIcon
} from '@jupyterlab/ui-components';
import * as React from 'react';
import type { Endpoint, ErrorBody } from '../api/schema';
import { bookmarkIcon } from '../icons';
import { valueOf } from '../models/async';
import { folderName, isFolderName } from '../paths';
import { IconButton } from './button';
import { Crumbs } from './crumbs';
import type { IFolderEntriesProps } from './folderentries';
import { FolderEntries } from './folderentries';
import type { LogIn } from './notice';
import { ErrorNotice, Notice } from './notice';
import { ReadinessView } from './readiness';
import { LineForm } from './textbox';
import { printable } from '../words';

export interface IFolderProps extends Omit<IFolderEntriesProps, 'onGo'> {
  endpoint: Endpoint | undefined;
  path: string | null;
  error: ErrorBody | null;
  actionError: ErrorBody | null;
  bookmarked: string | null;
  /** Return to the list of endpoints. */
  onClose: () => void;
  onGo: (path: string | null) => void;
  onRefresh: () => void;
  onCreateFolder: (name: string) => Promise<boolean>;
  onBookmark: (name: string) => Promise<boolean>;
  onLogIn: LogIn;
}

type Asking = 'nothing' | 'folder' | 'bookmark';

/** A folder of an endpoint: its path, its contents, and actions. */
export function FolderView(props: IFolderProps): React.JSX.Element {
  const { endpoint, trans, path } = props;
  const [asking, setAsking] = React.useState<Asking>('nothing');
  const isListed = valueOf(props.folder) !== undefined;
  const done = (isDone: boolean) => {
    if (isDone) {
      setAsking('nothing');
    }
  };
  const name = printable(endpoint?.display_name ?? trans.__('Endpoint'));
  return (
    <div
      className="jp-SRegistryGlobus-folder"
      role="group"
      aria-label={trans.__('Folders on %1', name)}
    >
      <div className="jp-SRegistryGlobus-folderHead">
        <IconButton
          label={trans.__('Back to endpoints')}
          icon={caretLeftIcon}
          onClick={props.onClose}
        />
        <div
          className="jp-SRegistryGlobus-identity"
          title={endpoint && printable(`${name}\n${endpoint.id}`)}
        >
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
          label={trans.__('New folder name')}
          acceptLabel={trans.__('Create')}
          trans={trans}
          isValid={isFolderName}
          onAccept={name => void props.onCreateFolder(name).then(done)}
          onCancel={() => setAsking('nothing')}
        />
      )}
      {asking === 'bookmark' && (
        <LineForm
          label={trans.__('Bookmark name')}
          acceptLabel={trans.__('Bookmark')}
          trans={trans}
          initial={folderName(path ?? '') || endpoint?.display_name}
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
      {!props.error && <FolderEntries {...props} />}
    </div>
  );
}
