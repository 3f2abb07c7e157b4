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
  return (
    <div
      className="jp-SRegistryGlobus-chips"
      role="group"
      aria-label={trans.__('Search in')}
    >
      {scopeLabels(trans).map(([scope, label]) => (
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

/** The scopes in the order they are shown, each with its label. */
export function scopeLabels(trans: TranslationBundle): [Scope, string][] {
  return [
    ['all', trans.__('All')],
    ['mine', trans.__('Mine')],
    ['shared-with-me', trans.__('Shared with me')],
    ['recent', trans.__('Recent')],
    ['bookmarks', trans.__('Bookmarks')]
  ];
}
