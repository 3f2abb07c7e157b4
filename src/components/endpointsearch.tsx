import type { TranslationBundle } from '@jupyterlab/translation';
import { searchIcon } from '@jupyterlab/ui-components';
import * as React from 'react';
import type { Bookmark, ErrorBody } from '../api/schema';
import type { Async } from '../models/async';
import type { IEndpointResults, Scope } from '../models/endpoints';
import { Bookmarks } from './bookmarks';
import { EndpointGroup } from './endpointgroup';
import type { IEndpointCallbacks } from './endpointitem';
import type { LogIn } from './notice';
import { ScopeChips } from './scopechips';
import { SearchBox } from './textbox';

export interface IEndpointSearchProps extends IEndpointCallbacks {
  text: string;
  scope: Scope;
  /** Whether to show the user's own and shared endpoints instead of search results. */
  isHome: boolean;
  mine: Async<IEndpointResults>;
  shared: Async<IEndpointResults>;
  results: Async<IEndpointResults>;
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

/** Find an endpoint by text, by scope or by bookmark. */
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
        isBusy={props.results.state === 'loading'}
        onChange={props.onText}
      />
      <ScopeChips scope={scope} trans={trans} onScope={props.onScope} />
      <div className="jp-SRegistryGlobus-scroll">
        {scope === 'bookmarks' ? (
          <Bookmarks {...props} />
        ) : props.isHome ? (
          <>
            <EndpointGroup
              {...props}
              title={trans.__('Mine')}
              endpoints={props.mine}
              emptyText={trans.__('You have no endpoints.')}
            />
            <EndpointGroup
              {...props}
              title={trans.__('Shared with me')}
              endpoints={props.shared}
              emptyText={trans.__('No endpoints are shared with you.')}
            />
          </>
        ) : (
          <EndpointGroup
            {...props}
            title={trans.__('Search results')}
            isTitleHidden
            endpoints={props.results}
            emptyText={trans.__('No matching endpoints.')}
            paging={{
              isLoading: props.isLoadingMore,
              error: props.moreError,
              onLoadMore: props.onLoadMore
            }}
          />
        )}
      </div>
    </>
  );
}
