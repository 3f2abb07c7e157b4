import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import type { ErrorBody } from '../api/schema';
import type { Async } from '../models/async';
import { errorOf, valueOf } from '../models/async';
import type { IEndpointResults } from '../models/endpoints';
import { Button } from './button';
import type { IEndpointCallbacks } from './endpointitem';
import { EndpointList } from './endpointlist';
import type { LogIn } from './notice';
import { ErrorNotice } from './notice';

/** A titled group of endpoints, with its loading state and errors. */
export function EndpointGroup(
  props: IEndpointCallbacks & {
    title: string;
    isTitleHidden?: boolean;
    endpoints: Async<IEndpointResults>;
    emptyText: string;
    /** How to load the next page. Omit to hide the button. */
    paging?: {
      isLoading: boolean;
      error: ErrorBody | null;
      onLoadMore: () => void;
    };
    trans: TranslationBundle;
    onReload: () => void;
    onLogIn: LogIn;
  }
): React.JSX.Element {
  const { endpoints, paging, trans, title } = props;
  const value = valueOf(endpoints);
  const error = errorOf(endpoints);
  return (
    <section
      className="jp-SRegistryGlobus-group"
      aria-label={title}
      aria-busy={endpoints.state === 'loading'}
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
        {endpoints.state === 'loading' &&
          !value &&
          trans.__('Loading endpoints…')}
        {value?.endpoints.length === 0 && !error && props.emptyText}
      </div>
      {value && value.endpoints.length > 0 && (
        <EndpointList {...props} label={title} endpoints={value.endpoints} />
      )}
      {paging && value?.hasMore && (
        <div className="jp-SRegistryGlobus-more">
          {paging.error && (
            <ErrorNotice
              error={paging.error}
              trans={trans}
              onRetry={paging.onLoadMore}
              onLogIn={props.onLogIn}
            />
          )}
          <Button
            label={
              paging.isLoading ? trans.__('Loading…') : trans.__('Load more')
            }
            isDisabled={paging.isLoading}
            onClick={paging.onLoadMore}
          />
        </div>
      )}
    </section>
  );
}
