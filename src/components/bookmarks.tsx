import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import type { Bookmark } from '../api/schema';
import type { Async } from '../models/async';
import { errorOf, valueOf } from '../models/async';
import { BookmarkList } from './bookmarklist';
import type { LogIn } from './notice';
import { ErrorNotice } from './notice';

/** The user's bookmarks, filtered by the text. */
export function Bookmarks(props: {
  text: string;
  bookmarks: Async<Bookmark[]>;
  matchingBookmarks: readonly Bookmark[];
  trans: TranslationBundle;
  onReload: () => void;
  onLogIn: LogIn;
  onOpenBookmark: (bookmark: Bookmark) => void;
  onDeleteBookmark?: (bookmark: Bookmark) => void;
}): React.JSX.Element {
  const { bookmarks, matchingBookmarks, trans } = props;
  const error = errorOf(bookmarks);
  const isLoaded = valueOf(bookmarks) !== undefined;
  return (
    <section
      className="jp-SRegistryGlobus-group"
      aria-label={trans.__('Bookmarks')}
      aria-busy={bookmarks.state === 'loading'}
    >
      {error && (
        <ErrorNotice
          error={error}
          trans={trans}
          onRetry={props.onReload}
          onLogIn={props.onLogIn}
        />
      )}
      <div className="jp-SRegistryGlobus-status" role="status">
        {!isLoaded && !error && trans.__('Loading bookmarks…')}
        {isLoaded &&
          matchingBookmarks.length === 0 &&
          (props.text.trim() === ''
            ? trans.__(
                'You have no bookmarks yet. Open a folder and bookmark it.'
              )
            : trans.__('No matching bookmarks.'))}
      </div>
      <BookmarkList
        bookmarks={matchingBookmarks}
        trans={trans}
        onOpen={props.onOpenBookmark}
        onDelete={props.onDeleteBookmark}
      />
    </section>
  );
}
