import type { TranslationBundle } from '@jupyterlab/translation';
import type { Transfer } from '../api/schema';
import type { ITransferCallbacks } from '../components/transferbuttons';
import { isUnderWay } from '../models/progress';
import { isWebAddress } from '../urls';
import type { IMenuItem } from './menu';
import { openMenu } from './menu';

/** Show the menu of a transfer below its button. */
export function openTransferMenu(
  anchor: HTMLElement,
  transfer: Transfer,
  options: {
    isBusy: boolean;
    areDetailsShown: boolean;
    onToggleDetails: () => void;
    callbacks: ITransferCallbacks;
    trans: TranslationBundle;
  }
): void {
  const { callbacks, trans } = options;
  const isEnabled = !options.isBusy;
  const items: IMenuItem[] = [];
  if (isUnderWay(transfer)) {
    items.push({
      label: trans.__('Cancel Transfer…'),
      isEnabled: isEnabled && !transfer.is_cancel_asked,
      execute: () => callbacks.onCancel(transfer)
    });
  } else {
    const hasSucceeded = transfer.state === 'succeeded';
    items.push(
      {
        label: hasSucceeded ? trans.__('Send Again') : trans.__('Retry'),
        caption: hasSucceeded
          ? trans.__('Send to the same folder again what has changed')
          : trans.__('Retry the images that did not arrive'),
        isEnabled,
        execute: () => callbacks.onRetry(transfer)
      },
      {
        label: trans.__('Save Receipt'),
        caption: trans.__(
          'Save a record of what was sent, where, and with which checksums'
        ),
        isEnabled,
        execute: () => callbacks.onSaveReceipt(transfer)
      }
    );
  }
  items.push({
    label: options.areDetailsShown
      ? trans.__('Hide Details')
      : trans.__('Show Details'),
    execute: options.onToggleDetails
  });
  for (const task of transfer.tasks) {
    const address = task.kind === 'globus' ? task.view_url : null;
    if (address !== null && isWebAddress(address)) {
      items.push({
        label: trans.__('Open in Globus'),
        execute: () => window.open(address, '_blank', 'noopener,noreferrer')
      });
    }
  }
  if (!isUnderWay(transfer)) {
    items.push({
      label: trans.__('Remove from List'),
      isEnabled,
      execute: () => callbacks.onForget(transfer)
    });
  }
  openMenu(anchor, items);
}
