import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import type { Folder, FolderEntry } from '../api/schema';
import type { Async } from '../models/async';
import { valueOf } from '../models/async';
import { joinFolder } from '../paths';
import { FolderEntryView } from './folderentry';
import { pageSizeOf, rowForKey, useRovingFocus } from './rovingfocus';
import { Window } from './window';

const ENTRY_HEIGHT = 24;

export interface IFolderEntriesProps {
  folder: Async<Folder>;
  /** Folders first, then files. */
  entries: readonly FolderEntry[];
  trans: TranslationBundle;
  onGo: (path: string) => void;
  /** Download an image file to a registry of this server. Omit to hide the button. */
  onGet?: (folder: string, entry: FolderEntry) => void;
  /** Whether a file name has an image extension. */
  isImage?: (name: string) => boolean;
}

/** The contents of a folder. The arrow keys move between its subfolders. */
export function FolderEntries(props: IFolderEntriesProps): React.JSX.Element {
  const { entries, trans, folder, onGet } = props;
  const listed = valueOf(folder);
  const isLoading = folder.state === 'loading';
  const path = listed?.path ?? '';
  const folders = React.useMemo(() => {
    const firstFile = entries.findIndex(entry => entry.type !== 'dir');
    const count = firstFile === -1 ? entries.length : firstFile;
    const names = entries.slice(0, count).map(({ name }) => path + name);
    return {
      count,
      keyAt: (index: number) => names[index],
      indexOf: (key: string) => names.indexOf(key)
    };
  }, [entries, path]);
  const { active, tabStop, activate, ref } = useRovingFocus(folders);
  return (
    <>
      <div className="jp-SRegistryGlobus-status" role="status">
        {statusOf(props)}
      </div>
      {listed && entries.length > 0 && (
        <Window
          count={entries.length}
          rowHeight={ENTRY_HEIGHT}
          active={active}
          containerProps={{
            className: `jp-SRegistryGlobus-entries ${isLoading ? 'jp-mod-old' : ''}`,
            role: 'list',
            'aria-label': trans.__('Folder contents'),
            onKeyDown: event => {
              const page = pageSizeOf(event.currentTarget, ENTRY_HEIGHT);
              const next = rowForKey(event.key, tabStop, folders.count, page);
              if (next !== null) {
                event.preventDefault();
                activate(next);
              }
            }
          }}
          renderRow={(index, style) => {
            const entry = entries[index];
            return (
              entry && (
                <FolderEntryView
                  key={entry.name}
                  entry={entry}
                  style={style}
                  stopRef={index === tabStop ? ref : null}
                  trans={trans}
                  onFocus={() => activate(index, false)}
                  onGo={() => props.onGo(joinFolder(path, entry.name))}
                  onGet={
                    onGet && props.isImage?.(entry.name)
                      ? () => onGet(path, entry)
                      : null
                  }
                />
              )
            );
          }}
        />
      )}
    </>
  );
}

function statusOf({ folder, trans }: IFolderEntriesProps): string | null {
  if (folder.state === 'loading') {
    return trans.__('Loading folder…');
  }
  const listed = valueOf(folder);
  if (listed?.entries.length === 0) {
    return trans.__('This folder is empty.');
  }
  return listed?.is_truncated
    ? trans.__(
        'Showing %1 of %2 entries. Type a path to reach the rest.',
        listed.entries.length,
        listed.total
      )
    : null;
}
