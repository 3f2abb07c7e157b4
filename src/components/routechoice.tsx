import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import type { Plan, TransferOptions } from '../api/schema';
import { routeName, routesToChoose } from '../models/routewords';

/** The choice of a route for the whole transfer. Null if there is nothing to choose. */
export function RouteChoice(props: {
  /** Undefined until the first plan. */
  plan: Plan | undefined;
  route: TransferOptions['route'];
  trans: TranslationBundle;
  onRoute: (route: TransferOptions['route']) => void;
}): React.JSX.Element | null {
  const { plan, route, trans, onRoute } = props;
  const routes = routesToChoose(plan, route);
  if (routes.length < 2 && route === null) {
    return null;
  }
  return (
    <label className="jp-SRegistryGlobus-field">
      {trans.__('Route')}
      <select
        className="jp-SRegistryGlobus-input"
        value={route ?? ''}
        onChange={event =>
          onRoute(routes.find(value => value === event.target.value) ?? null)
        }
      >
        <option value="">{trans.__('Recommended')}</option>
        {routes.map(value => (
          <option key={value} value={value}>
            {routeName(value, trans)}
          </option>
        ))}
      </select>
    </label>
  );
}
