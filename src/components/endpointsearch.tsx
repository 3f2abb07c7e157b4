import type { TranslationBundle } from '@jupyterlab/translation';
import { searchIcon } from '@jupyterlab/ui-components';
import * as React from 'react';
import type { Bookmark, ErrorBody } from '../api/schema';
import type { Async } from '../models/async';
import type { IEndpointResults, Scope } from '../models/endpoints';
import { Bookmarks } from './bookmarks';
import { errorOf } from '../models/async';
import { EndpointGroup } from './endpointgroup';
import type { IEndpointCallbacks } from './endpointitem';
import type { LogIn } from './notice';
import { ScopeChips, scopeLabels } from './scopechips';
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
  return (
    <>
      <EndpointBox {...props} />
      <ScopeChips {...props} />
      <EndpointResults {...props} />
    </>
  );
}

/** The box to search in. */
export function EndpointBox(
  props: Pick<
    IEndpointSearchProps,
    'text' | 'scope' | 'results' | 'trans' | 'onText'
  > & { isShort?: boolean }
): React.JSX.Element {
  const { trans } = props;
  return (
    <SearchBox
      label={labelOf(props.scope, trans)}
      placeholder={props.isShort ? shortLabelOf(props.scope, trans) : undefined}
      value={props.text}
      icon={searchIcon}
      trans={trans}
      isBusy={props.results.state === 'loading'}
      onChange={props.onText}
    />
  );
}

/** Name the scope, as there is no room for more. */
function shortLabelOf(scope: Scope, trans: TranslationBundle): string {
  const label = scopeLabels(trans).find(([name]) => name === scope)?.[1];
  return scope === 'all' || !label ? trans.__('Search') : label;
}

function labelOf(scope: Scope, trans: TranslationBundle): string {
  switch (scope) {
    case 'all':
      return trans.__('Search endpoints');
    case 'mine':
      return trans.__('Search my endpoints');
    case 'shared-with-me':
      return trans.__('Search shared endpoints');
    case 'recent':
      return trans.__('Search recent endpoints');
    case 'bookmarks':
      return trans.__('Filter bookmarks');
  }
}

/** The endpoints or bookmarks found. */
export function EndpointResults(
  props: IEndpointSearchProps
): React.JSX.Element {
  const { trans, scope } = props;
  const { mine, shared } = props;
  const isSameFault = isSame(errorOf(mine), errorOf(shared));
  return (
    <div className="jp-SRegistryGlobus-scroll">
      {scope === 'bookmarks' ? (
        <Bookmarks {...props} />
      ) : props.isHome ? (
        <>
          <EndpointGroup
            {...props}
            title={trans.__('Mine')}
            endpoints={mine}
            emptyText={trans.__('You have no endpoints.')}
          />
          {!isSameFault && (
            <EndpointGroup
              {...props}
              title={trans.__('Shared with me')}
              endpoints={shared}
              emptyText={trans.__('No endpoints are shared with you.')}
            />
          )}
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
  );
}

/** Whether both requests failed alike, so that the fault is shown once. */
function isSame(one: ErrorBody | null, other: ErrorBody | null): boolean {
  return one !== null && other !== null && one.message === other.message;
}
