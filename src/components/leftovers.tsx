import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import { Button } from './button';
import { Notice } from './notice';
import { printable } from '../words';

/** Temporary files that an upload left at its destination. */
export function Leftovers(props: {
  paths: readonly string[];
  isBusy: boolean;
  /** Null if they can't be deleted from here. */
  onDelete: (() => void) | null;
  trans: TranslationBundle;
}): React.JSX.Element | null {
  const { paths, isBusy, onDelete, trans } = props;
  if (paths.length === 0) {
    return null;
  }
  return (
    <Notice
      severity="warning"
      actions={
        onDelete && (
          <Button
            label={trans.__('Delete now')}
            caption={trans.__('Delete these files from the destination')}
            isDisabled={isBusy}
            onClick={onDelete}
          />
        )
      }
    >
      {trans._n(
        '%1 temporary file may still be at the destination:',
        '%1 temporary files may still be at the destination:',
        paths.length
      )}
      <ul className="jp-SRegistryGlobus-list">
        {paths.map(path => (
          <li key={path} className="jp-SRegistryGlobus-path">
            {printable(path)}
          </li>
        ))}
      </ul>
    </Notice>
  );
}
