import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import { formatPercent } from '../format';
import { exchangeIcon } from '../icons';
import type { IProgress } from '../models/progress';
import { Icon } from './icon';

/** A short summary of all active transfers. */
export function StatusItem(props: {
  progress: readonly IProgress[];
  trans: TranslationBundle;
  onClick: () => void;
}): React.JSX.Element {
  const { progress, trans } = props;
  const count = trans._n('%1 transfer', '%1 transfers', progress.length);
  const share = shareOf(progress);
  const stuck = progress.filter(({ isStuck }) => isStuck).length;
  const facts = [count];
  if (share !== null) {
    facts.push(formatPercent(share));
  }
  if (stuck > 0) {
    facts.push(trans.__('%1 stuck', stuck));
  }
  return (
    <button
      type="button"
      className="jp-SRegistryGlobus-statusItem"
      title={trans.__('Show transfers')}
      onClick={props.onClick}
    >
      <Icon icon={exchangeIcon} />
      {facts.join(', ')}
    </button>
  );
}

function shareOf(progress: readonly IProgress[]): number | null {
  let done = 0;
  let total = 0;
  for (const { bytesTransferred, bytesTotal } of progress) {
    if (bytesTotal === null) {
      return null;
    }
    done += bytesTransferred;
    total += bytesTotal;
  }
  return total === 0 ? null : done / total;
}
