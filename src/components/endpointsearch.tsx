import type { TranslationBundle } from '@jupyterlab/translation';
import { searchIcon } from '@jupyterlab/ui-components';
import * as React from 'react';
import type { Bookmark, ErrorBody } from '../api/schema';
import type { Async } from '../models/async';
import { errorOf, valueOf } from '../models/async';
import type { IFound, Scope } from '../models/endpoints';
import { Button } from './button';
import type { IEndpointCallbacks } from './endpointlist';
import { BookmarkList, EndpointList } from './endpointlist';
import type { LogIn } from './notice';
import { ErrorNotice } from './notice';
import { SearchBox } from './textbox';

export interface IEndpointSearchProps extends IEndpointCallbacks {
  text: string;
  scope: Scope;
  /** Whether nothing is searched for: mine and shared with me are shown. */
  isHome: boolean;
  mine: Async<IFound>;
  shared: Async<IFound>;
  found: Async<IFound>;
  bookmarks: Async<Bookmark[]>;
  matchingBookmarks: readonly Bookmark[];
  isLoadingMore: boolean;
  moreError: ErrorBody | null;
  trans: TranslationBundle;
  onText: (text: string) => void;
  onScope: (scope: Scope) => void;
  onReload: () => void;
  onLoadMore: () => void;
  onLogIn: LogIn;
  onOpenBookmark: (bookmark: Bookmark) => void;
  onDeleteBookmark?: (bookmark: Bookmark) => void;
}

/** Find an endpoint: by text, by whose it is, or by bookmark. */
export function EndpointSearch(props: IEndpointSearchProps): React.JSX.Element {
  const { trans, scope } = props;
  return (
    <>
      <SearchBox
        label={
          scope === 'bookmarks'
            ? trans.__('Filter bookmarks')
            : trans.__('Search endpoints')
        }
        value={props.text}
        icon={searchIcon}
        trans={trans}
        isBusy={props.found.state === 'loading'}
        onChange={props.onText}
      />
      <ScopeChips scope={scope} trans={trans} onScope={props.onScope} />
      <div className="jp-SRegistryGlobus-scroll">
        {scope === 'bookmarks' ? (
          <Bookmarks {...props} />
        ) : props.isHome ? (
          <>
            <Group
              {...props}
              title={trans.__('Mine')}
              found={props.mine}
              emptyText={trans.__('You own no endpoint.')}
            />
            <Group
              {...props}
              title={trans.__('Shared with me')}
              found={props.shared}
              emptyText={trans.__('Nobody has shared an endpoint with you.')}
            />
          </>
        ) : (
          <Group
            {...props}
            title={trans.__('Endpoints found')}
            isTitleHidden
            emptyText={trans.__('No endpoint matches.')}
            hasPaging
          />
        )}
      </div>
    </>
  );
}

function ScopeChips(props: {
  scope: Scope;
  trans: TranslationBundle;
  onScope: (scope: Scope) => void;
}): React.JSX.Element {
  const { trans } = props;
  const chips: [Scope, string][] = [
    ['all', trans.__('All')],
    ['mine', trans.__('Mine')],
    ['shared-with-me', trans.__('Shared with me')],
    ['recent', trans.__('Recent')],
    ['bookmarks', trans.__('Bookmarks')]
  ];
  return (
    <div
      className="jp-SRegistryGlobus-chips"
      role="group"
      aria-label={trans.__('Where to search')}
    >
      {chips.map(([scope, label]) => (
        <button
          key={scope}
          type="button"
          className="jp-SRegistryGlobus-scope"
          aria-pressed={scope === props.scope}
          onClick={() => props.onScope(scope)}
        >
          {label}
        </button>
      ))}
    </div>
  );
}

function Group(
  props: IEndpointSearchProps & {
    title: string;
    emptyText: string;
    isTitleHidden?: boolean;
    hasPaging?: boolean;
  }
): React.JSX.Element {
  const { found, trans, title } = props;
  const value = valueOf(found);
  const error = errorOf(found);
  return (
    <section
      className="jp-SRegistryGlobus-group"
      aria-label={title}
      aria-busy={found.state === 'loading'}
    >
      {!props.isTitleHidden && (
        <div className="jp-SRegistryGlobus-groupTitle">{title}</div>
      )}
      {error && (
        <ErrorNotice
          error={error}
          trans={trans}
          onRetry={props.onReload}
          onLogIn={props.onLogIn}
        />
      )}
      <div className="jp-SRegistryGlobus-status" role="status">
        {found.state === 'loading' && !value && trans.__('Asking Globus…')}
        {value?.endpoints.length === 0 && !error && props.emptyText}
      </div>
      {value && value.endpoints.length > 0 && (
        <EndpointList {...props} label={title} endpoints={value.endpoints} />
      )}
      {props.hasPaging && value?.hasMore && (
        <div className="jp-SRegistryGlobus-more">
          {props.moreError && (
            <ErrorNotice
              error={props.moreError}
              trans={trans}
              onRetry={props.onLoadMore}
              onLogIn={props.onLogIn}
            />
          )}
          <Button
            label={
              props.isLoadingMore ? trans.__('Loading…') : trans.__('Load more')
            }
            isDisabled={props.isLoadingMore}
            onClick={props.onLoadMore}
          />
        </div>
      )}
    </section>
  );
}

function Bookmarks(props: IEndpointSearchProps): React.JSX.Element {
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
        {!isLoaded && !error && trans.__('Asking Globus…')}
        {isLoaded &&
          matchingBookmarks.length === 0 &&
          (props.text.trim() === ''
            ? trans.__(
                'You have no bookmarks yet. Open a folder and bookmark it.'
              )
            : trans.__('No bookmark matches.'))}
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
