import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import { crumbsOf } from '../paths';
import { printable } from '../words';

/** Breadcrumbs of a folder's path. A click opens the folder. */
export function Crumbs(props: {
  path: string;
  trans: TranslationBundle;
  onGo: (path: string) => void;
}): React.JSX.Element {
  const crumbs = crumbsOf(props.path);
  return (
    <nav
      className="jp-SRegistryGlobus-crumbs"
      aria-label={props.trans.__('Folder path')}
    >
      {crumbs.map((crumb, index) => (
        <React.Fragment key={crumb.path}>
          {index > 1 && <span aria-hidden="true">/</span>}
          <button
            type="button"
            className="jp-SRegistryGlobus-crumb"
            aria-current={index === crumbs.length - 1 ? 'location' : undefined}
            title={printable(crumb.path)}
            onClick={() => props.onGo(crumb.path)}
          >
            {printable(crumb.name)}
          </button>
        </React.Fragment>
      ))}
    </nav>
  );
}
