import type { TranslationBundle } from '@jupyterlab/translation';
import { caretDownIcon, closeIcon } from '@jupyterlab/ui-components';
import * as React from 'react';
import type { Image } from '../api/schema';
import { formatBytes } from '../format';
import type { INamedLocation } from '../models/memory';
import { printable } from '../words';
import { Button, IconButton } from './button';
import { Icon } from './icon';

/** What is selected, where it goes, and a button to send it. One line, however narrow. */
export function SendBar(props: {
  images: readonly Image[];
  /** Whether to offer sending. */
  canSend: boolean;
  /** Where the button sends to. Null if that must be chosen first. */
  destination: INamedLocation | null;
  /** Whether images are being selected or sent. */
  isBusy: boolean;
  trans: TranslationBundle;
  onClear: () => void;
  /** Choose the destination and the options in the dialog. */
  onChoose: () => void;
  onSend: () => void;
}): React.JSX.Element | null {
  const { images, destination, trans } = props;
  if (images.length === 0) {
    return null;
  }
  const count = trans._n('%1 image', '%1 images', images.length);
  const bytes = images.reduce((sum, image) => sum + (image.size_bytes ?? 0), 0);
  const size = bytes > 0 ? ` · ${formatBytes(bytes)}` : '';
  const place =
    destination &&
    printable(
      `${destination.name || destination.endpoint_id}:${destination.path ?? '/~/'}`
    );
  return (
    <div
      className="jp-SRegistryGlobus-sendBar"
      role="group"
      aria-label={trans.__('Selected images')}
    >
      <span className="jp-SRegistryGlobus-sendCount" title={count + size}>
        {count}
        <span className="jp-SRegistryGlobus-sendSize">{size}</span>
      </span>
      <IconButton
        label={trans.__('Clear selection')}
        icon={closeIcon}
        onClick={props.onClear}
      />
      {props.canSend && (
        <>
          <button
            type="button"
            className="jp-SRegistryGlobus-sendTo"
            aria-label={
              place === null
                ? trans.__('Choose the destination')
                : trans.__('Change the destination, now %1', place)
            }
            title={place ?? trans.__('Choose the destination')}
            onClick={props.onChoose}
          >
            <span aria-hidden="true">→</span>
            <span className="jp-SRegistryGlobus-label">
              {place ?? trans.__('Where?')}
            </span>
            <Icon icon={caretDownIcon} />
          </button>
          <Button
            isMain
            label={trans.__('Send')}
            caption={
              place === null
                ? trans.__('Choose the destination, then send')
                : trans.__('Send to %1', place)
            }
            isDisabled={props.isBusy}
            onClick={destination === null ? props.onChoose : props.onSend}
          />
        </>
      )}
    </div>
  );
}
