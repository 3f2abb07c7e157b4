import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import type { RangeState } from '../models/range';
import { MAX_RANGE } from '../models/range';
import { Notice } from './notice';

/** Why the selection is not the range that the user chose, or not yet. */
export function RangeNotice(props: {
  state: RangeState;
  trans: TranslationBundle;
}): React.JSX.Element | null {
  const { state, trans } = props;
  switch (state.state) {
    case 'idle':
      return null;
    case 'loading':
      return (
        <div className="jp-SRegistryGlobus-status" role="status">
          {trans.__('Loading the images to select…')}
        </div>
      );
    case 'closed-between':
      return (
        <Notice severity="note">
          {trans.__(
            'Images in collapsed collections and containers are not selected. Expand them to select their images.'
          )}
        </Notice>
      );
    case 'too-long':
      return (
        <Notice severity="warning" isAlert>
          {trans.__(
            'The selection did not change: a range can have up to %1 images. Select fewer at a time.',
            MAX_RANGE
          )}
        </Notice>
      );
    case 'failed':
      return (
        <Notice severity="warning" isAlert>
          {state.error === null
            ? trans.__(
                'The selection did not change, because the list changed in the meantime. Select the images again.'
              )
            : trans.__(
                'The selection did not change, because some of its images could not be loaded. %1',
                state.error.message
              )}
        </Notice>
      );
  }
}
