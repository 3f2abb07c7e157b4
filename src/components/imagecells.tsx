import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import type { Image } from '../api/schema';
import { formatBytes, formatDay, formatMoment } from '../format';
import { containerIcon, sendIcon, tagIcon } from '../icons';
import type { Naming } from '../models/rows';
import { printable, shortName } from '../words';
import { IconButton } from './button';
import { Icon } from './icon';

/** The cells of an image's row. */
export function ImageCells(props: {
  image: Image;
  naming: Naming;
  isTabStop: boolean;
  canSend: boolean;
  trans: TranslationBundle;
  onSend: (image: Image) => void;
}): React.JSX.Element {
  const { image, naming, trans } = props;
  return (
    <>
      <Icon icon={naming === 'container' ? containerIcon : tagIcon} />
      <span
        className="jp-SRegistryGlobus-label"
        title={printable(
          [image.reference, image.digest].filter(Boolean).join('\n')
        )}
      >
        <NameView image={image} naming={naming} />
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

/** How many letters at the end of a container's name stay readable. */
const END = 6;

/** Names that can be cut anywhere. The letters of other scripts may be joined. */
const ASCII = /^[\x20-\x7e]*$/;

/** An image's name. If it is too long, its middle is left out: similar names differ at their ends. */
function NameView(props: { image: Image; naming: Naming }): React.JSX.Element {
  const { image, naming } = props;
  if (naming === 'tag') {
    return <>{printable(image.tag)}</>;
  }
  const container = printable(image.container);
  const cut = ASCII.test(container) ? container.length - END : container.length;
  return (
    <span className="jp-SRegistryGlobus-fullName">
      {naming === 'full' && <span>{printable(`${image.collection}/`)}</span>}
      <span>{container.slice(0, Math.max(0, cut))}</span>
      <span>
        {container.slice(Math.max(0, cut))}
        {printable(`:${image.tag}`)}
      </span>
    </span>
  );
}
