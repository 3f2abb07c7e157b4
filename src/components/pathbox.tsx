import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import { printable } from '../words';
import { Notice } from './notice';

/** A text box for the destination folder. */
export function PathBox(props: {
  /** The text in the box. Null until the endpoint has reported its default folder. */
  path: string | null;
  /** The folder that is currently listed. */
  listedPath: string | null;
  trans: TranslationBundle;
  onPath: (path: string) => void;
  onGoToPath: () => void;
}): React.JSX.Element {
  const { trans } = props;
  const path = props.path ?? '';
  return (
    <>
      <form
        className="jp-SRegistryGlobus-lineForm"
        onSubmit={event => {
          event.preventDefault();
          props.onGoToPath();
        }}
      >
        <label className="jp-SRegistryGlobus-pathLabel">
          {trans.__('Folder')}
          <input
            className="jp-SRegistryGlobus-input"
            value={path}
            spellCheck={false}
            autoComplete="off"
            placeholder={trans.__('For example /~/images/')}
            onChange={event => props.onPath(event.target.value)}
          />
        </label>
        <button
          type="submit"
          className="jp-SRegistryGlobus-button"
          disabled={props.path === null || props.path === props.listedPath}
        >
          {trans.__('Go')}
        </button>
      </form>
      {printable(path) !== path && (
        <Notice severity="warning">
          {trans.__(
            'This path has characters that are invisible or change the order of text. It is: %1',
            path
          )}
        </Notice>
      )}
    </>
  );
}
