import type { TranslationBundle } from '@jupyterlab/translation';
import { closeIcon } from '@jupyterlab/ui-components';
import * as React from 'react';
import type { PlannedImage, TransferOptions } from '../api/schema';
import { textOf } from '../api/unions';
import { formatBytes } from '../format';
import { containerIcon } from '../icons';
import type { IDraftSource } from '../models/draftstate';
import { routeWord } from '../models/routewords';
import { IconButton } from './button';
import { Icon } from './icon';
import { PlanWarnings } from './planwarnings';
import { printable } from '../words';

/** One image to send, with its route and its warnings. */
export function PlannedSource(props: {
  source: IDraftSource;
  planned: PlannedImage | undefined;
  /** The route that the user prefers. Null leaves the choice to the plan. */
  preferredRoute: TransferOptions['route'];
  trans: TranslationBundle;
  onRemove: (() => void) | null;
}): React.JSX.Element {
  const { source, planned, preferredRoute, trans, onRemove } = props;
  const name = printable(source.name);
  const size = planned?.size_bytes ?? source.sizeBytes;
  const isBlocked = planned?.warnings.some(
    ({ severity }) => severity === 'blocking'
  );
  return (
    <div className="jp-SRegistryGlobus-planned">
      <div className="jp-SRegistryGlobus-transferHead">
        <Icon icon={containerIcon} />
        <span
          className="jp-SRegistryGlobus-name jp-SRegistryGlobus-label"
          title={printable(textOf(source.source))}
        >
          {name}
        </span>
        {planned?.arch && (
          <span className="jp-SRegistryGlobus-chip">
            {printable(planned.arch)}
          </span>
        )}
        <span className="jp-SRegistryGlobus-size">
          {size === null ? trans.__('size unknown') : formatBytes(size)}
        </span>
        {onRemove && (
          <IconButton
            label={trans.__('Remove %1 from this transfer', name)}
            icon={closeIcon}
            onClick={onRemove}
          />
        )}
      </div>
      {planned && (
        <>
          {!isBlocked && (
            <>
              <div className="jp-SRegistryGlobus-sub">
                {printable(planned.reason) || routeWord(planned.route, trans)}
                {preferredRoute !== null &&
                  preferredRoute !== planned.route &&
                  ` ${trans.__('The chosen route is not possible for this image.')}`}
              </div>
              <div
                className="jp-SRegistryGlobus-sub jp-SRegistryGlobus-path"
                title={printable(planned.destination_path)}
              >
                {trans.__('Saved as %1', printable(planned.destination_path))}
              </div>
            </>
          )}
          <PlanWarnings warnings={planned.warnings} trans={trans} />
        </>
      )}
    </div>
  );
}
