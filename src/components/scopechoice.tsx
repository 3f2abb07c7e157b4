import type { TranslationBundle } from '@jupyterlab/translation';
import { filterIcon } from '@jupyterlab/ui-components';
import * as React from 'react';
import type { Scope } from '../models/endpoints';
import { Icon } from './icon';
import { scopeLabels } from './scopechips';

/** An icon that opens a list of scopes. The search box names the chosen one. */
export function ScopeChoice(props: {
  scope: Scope;
  trans: TranslationBundle;
  onScope: (scope: Scope) => void;
}): React.JSX.Element {
  const { scope, trans } = props;
  const labels = scopeLabels(trans);
  return (
    <span
      className={`jp-SRegistryGlobus-choice ${scope === 'all' ? '' : 'jp-mod-chosen'}`}
    >
      <Icon icon={filterIcon} />
      <select
        aria-label={trans.__('Search in')}
        title={trans.__('Search in')}
        value={scope}
        onChange={event => {
          const chosen = labels.find(([name]) => name === event.target.value);
          if (chosen) {
            props.onScope(chosen[0]);
          }
        }}
      >
        {labels.map(([name, label]) => (
          <option key={name} value={name}>
            {label}
          </option>
        ))}
      </select>
    </span>
  );
}
