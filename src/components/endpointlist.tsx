import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import type { Endpoint } from '../api/schema';
import type { IEndpointCallbacks } from './endpointitem';
import { EndpointItem } from './endpointitem';
import { isOpenable } from './readiness';

/** A list of endpoints. Those that can't be opened are last. */
export function EndpointList(
  props: IEndpointCallbacks & {
    label: string;
    endpoints: readonly Endpoint[];
    trans: TranslationBundle;
  }
): React.JSX.Element {
  const usable = props.endpoints.filter(isOpenable);
  const others = props.endpoints.filter(endpoint => !isOpenable(endpoint));
  return (
    <ul className="jp-SRegistryGlobus-list" aria-label={props.label}>
      {[...usable, ...others].map(endpoint => (
        <EndpointItem key={endpoint.id} {...props} endpoint={endpoint} />
      ))}
    </ul>
  );
}
