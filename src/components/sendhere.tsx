import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import { sendIcon } from '../icons';
import { Button } from './button';

/** A bar below a folder that sends the selected images to it. */
export function SendHere(props: {
  /** How many images are selected. */
  count: number;
  isPossible: boolean;
  trans: TranslationBundle;
  onSend: () => void;
}): React.JSX.Element {
  const { count, trans } = props;
  return (
    <div className="jp-SRegistryGlobus-selection">
      {count === 0 ? (
        <div className="jp-SRegistryGlobus-sub">
          {trans.__('Select images above to send them here.')}
        </div>
      ) : (
        <span className="jp-SRegistryGlobus-label">
          {trans._n('%1 selected', '%1 selected', count)}
        </span>
      )}
      {count > 0 && (
        <Button
          isMain
          icon={sendIcon}
          label={trans.__('Send here')}
          isDisabled={!props.isPossible}
          onClick={props.onSend}
        />
      )}
    </div>
  );
}
