import type { TranslationBundle } from '@jupyterlab/translation';
import {
  caretDownIcon,
  caretRightIcon,
  folderIcon
} from '@jupyterlab/ui-components';
import * as React from 'react';
import type { Image } from '../api/schema';
import { collectionIcon, containerIcon, warningIcon } from '../icons';
import type { Row } from '../models/rows';
import { Button } from './button';
import { Icon } from './icon';
import { ImageCells } from './imagecells';
import { printable } from '../words';

/** The content of one row of the tree. */
export function ImageRow(props: {
  row: Row;
  isTabStop: boolean;
  canSend: boolean;
  trans: TranslationBundle;
  onSend: (image: Image) => void;
  onRetry: (row: Row) => void;
}): React.JSX.Element {
  const { row, trans } = props;
  switch (row.kind) {
    case 'registry':
      return (
        <>
          <Caret isExpanded={row.isExpanded} />
          <span
            className="jp-SRegistryGlobus-label"
            title={printable(row.registry.location)}
          >
            {printable(row.registry.name)}
          </span>
          {row.registry.state === 'failed' && (
            <Icon icon={warningIcon} className="jp-mod-warning" />
          )}
        </>
      );
    case 'collection':
      return (
        <>
          <Caret isExpanded={row.isExpanded} />
          <Icon icon={row.isExpanded ? folderIcon : collectionIcon} />
          <span
            className="jp-SRegistryGlobus-label"
            title={printable(row.collection.name)}
          >
            {printable(row.collection.name)}
          </span>
          <span className="jp-SRegistryGlobus-count">
            {trans._n('%1 image', '%1 images', row.collection.images_count)}
          </span>
        </>
      );
    case 'container':
      return (
        <>
          <Caret isExpanded={row.isExpanded} />
          <Icon icon={containerIcon} />
          <span
            className="jp-SRegistryGlobus-label"
            title={printable(row.name)}
          >
            {printable(row.name)}
          </span>
        </>
      );
    case 'image':
      return <ImageCells {...props} image={row.image} naming={row.naming} />;
    case 'pending':
      return (
        <span className="jp-SRegistryGlobus-pending">
          {trans.__('Loading…')}
        </span>
      );
    case 'failed':
      return (
        <>
          <span
            className="jp-SRegistryGlobus-label jp-mod-error"
            title={printable(row.error.message)}
          >
            {printable(row.error.message)}
          </span>
          <Button
            label={trans.__('Retry')}
            onClick={() => props.onRetry(row)}
          />
        </>
      );
  }
}

function Caret(props: { isExpanded: boolean }): React.JSX.Element {
  return <Icon icon={props.isExpanded ? caretDownIcon : caretRightIcon} />;
}
