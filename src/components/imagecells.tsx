import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import type { Image } from '../api/schema';
import { formatBytes, formatDay, formatMoment } from '../format';
import { sendIcon, tagIcon } from '../icons';
import { printable, shortName } from '../words';
import { IconButton } from './button';
import { Icon } from './icon';

/** The cells of an image's row. */
export function ImageCells(props: {
  image: Image;
  /** Whether to show the full name, because no container row is above. */
  isFlat: boolean;
  isTabStop: boolean;
  canSend: boolean;
  trans: TranslationBundle;
  onSend: (image: Image) => void;
}): React.JSX.Element {
  const { image, trans } = props;
  return (
    <>
      <Icon icon={tagIcon} />
      <span
        className="jp-SRegistryGlobus-label"
        title={printable(
          [image.reference, image.digest].filter(Boolean).join('\n')
        )}
      >
        {props.isFlat ? <FullName image={image} /> : printable(image.tag)}
      </span>
      {image.arch && (
        <span className="jp-SRegistryGlobus-chip">{printable(image.arch)}</span>
      )}
      {image.modified_at !== null && (
        <span
          className="jp-SRegistryGlobus-date"
          title={formatMoment(image.modified_at)}
        >
          {formatDay(image.modified_at)}
        </span>
      )}
      <span className="jp-SRegistryGlobus-size">
        {image.size_bytes === null ? '' : formatBytes(image.size_bytes)}
      </span>
      {props.canSend && (
        <IconButton
          className="jp-SRegistryGlobus-rowButton"
          label={trans.__('Send %1 to Globus…', shortName(image))}
          icon={sendIcon}
          tabIndex={props.isTabStop ? 0 : -1}
          onClick={() => props.onSend(image)}
        />
      )}
    </>
  );
}

/** An image's full name. If it is too long, its beginning is cut off, not its tag. */
function FullName({ image }: { image: Image }): React.JSX.Element {
  const name = shortName(image);
  const end = name.lastIndexOf('/') + 1;
  return (
    <span className="jp-SRegistryGlobus-fullName">
      <span>{name.slice(0, end)}</span>
      <span>{name.slice(end)}</span>
    </span>
  );
}
