import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import type { Transfer } from '../api/schema';
import { formatPercent } from '../format';
import type { IProgress } from '../models/progress';
import { titleOf } from '../models/transferwords';

/** The progress bar of a transfer. It has no value while the progress is unknown. */
export function ProgressBar(props: {
  transfer: Transfer;
  progress: IProgress;
  trans: TranslationBundle;
}): React.JSX.Element {
  const { transfer, progress, trans } = props;
  const { fraction } = progress;
  const percent = fraction === null ? undefined : Math.floor(fraction * 100);
  return (
    <div
      className={`jp-SRegistryGlobus-progress ${percent === undefined ? 'jp-mod-unknown' : ''}`}
      role="progressbar"
      aria-label={trans.__('Progress of %1', titleOf(transfer, trans))}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
      aria-valuetext={
        fraction === null ? trans.__('Unknown') : formatPercent(fraction)
      }
    >
      <div
        className="jp-SRegistryGlobus-progressFill"
        style={percent === undefined ? undefined : { width: `${percent}%` }}
      />
    </div>
  );
}
