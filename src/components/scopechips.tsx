import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import type { Scope } from '../models/endpoints';

/** Buttons that choose which endpoints to search. */
export function ScopeChips(props: {
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
      aria-label={trans.__('Search in')}
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
