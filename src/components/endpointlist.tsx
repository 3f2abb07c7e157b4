import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import type { Endpoint } from '../api/schema';
import type { IEndpointCallbacks } from './endpointitem';
import { EndpointItem } from './endpointitem';

/** A list of endpoints, each with its readiness and the next step. */
export function EndpointList(
  props: IEndpointCallbacks & {
    label: string;
    endpoints: readonly Endpoint[];
    trans: TranslationBundle;
  }
): React.JSX.Element {
  return (
    <ul className="jp-SRegistryGlobus-list" aria-label={props.label}>
      {props.endpoints.map(endpoint => (
        <EndpointItem key={endpoint.id} {...props} endpoint={endpoint} />
      ))}
    </ul>
  );
}
