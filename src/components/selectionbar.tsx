import type { TranslationBundle } from '@jupyterlab/translation';
import { closeIcon } from '@jupyterlab/ui-components';
import * as React from 'react';
import type { Image } from '../api/schema';
import { formatBytes } from '../format';
import { sendIcon } from '../icons';
import type { RangeState } from '../models/range';
import { MAX_RANGE } from '../models/range';
import type { Selection } from '../models/selection';
import { Button, IconButton } from './button';
import { Notice } from './notice';

export interface ISelectionBarProps {
  selection: Selection;
  /** What happens to the range that was chosen last. */
  rangeState: RangeState;
  /** Whether to offer sending. */
  canSend: boolean;
  trans: TranslationBundle;
  onSendSelected: () => void;
  onClearSelection: () => void;
}

/** How many images are selected, what is missing, and a button to send them. */
export function SelectionBar(props: ISelectionBarProps): React.JSX.Element {
  const { selection, rangeState, trans } = props;
  return (
    <>
      <RangeNotice state={rangeState} trans={trans} />
      {selection.size > 0 && (
        <div
          className="jp-SRegistryGlobus-selection"
          role="group"
          aria-label={trans.__('Selected images')}
        >
          <span className="jp-SRegistryGlobus-label">
            {selectedText(selection.images, trans)}
          </span>
          <IconButton
            label={trans.__('Clear selection')}
            icon={closeIcon}
            onClick={props.onClearSelection}
          />
          {props.canSend && (
            <Button
              isMain
              icon={sendIcon}
              label={trans.__('Send to Globus…')}
              isDisabled={rangeState.state === 'loading'}
              onClick={props.onSendSelected}
            />
          )}
        </div>
      )}
    </>
  );
}

/** Why the selection is not the range that the user chose, or not yet. */
function RangeNotice(props: {
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

function selectedText(
  images: readonly Image[],
  trans: TranslationBundle
): string {
  const count = trans._n('%1 selected', '%1 selected', images.length);
  const bytes = images.reduce((sum, image) => sum + (image.size_bytes ?? 0), 0);
  return bytes > 0 ? `${count} · ${formatBytes(bytes)}` : count;
}
