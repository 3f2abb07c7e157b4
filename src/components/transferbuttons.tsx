import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import type { Transfer } from '../api/schema';
import { isUnderWay } from '../models/progress';
import { titleOf } from '../models/transferwords';
import { Button } from './button';
import type { LogIn } from './notice';

export interface ITransferCallbacks {
  onCancel: (transfer: Transfer) => void;
  onRetry: (transfer: Transfer) => void;
  onSaveReceipt: (transfer: Transfer) => void;
  onForget: (transfer: Transfer) => void;
  onDeleteLeftovers: (transfer: Transfer) => void;
  onLogIn: LogIn;
}

/** The buttons of a transfer. */
export function TransferButtons(props: {
  transfer: Transfer;
  isBusy: boolean;
  callbacks: ITransferCallbacks;
  trans: TranslationBundle;
}): React.JSX.Element {
  const { transfer, isBusy, callbacks, trans } = props;
  if (isUnderWay(transfer)) {
    return (
      <Button
        label={trans.__('Cancel')}
        caption={trans.__('Cancel %1', titleOf(transfer, trans))}
        isDisabled={isBusy || transfer.is_cancel_asked}
        onClick={() => callbacks.onCancel(transfer)}
      />
    );
  }
  return (
    <>
      {(transfer.state === 'failed' || transfer.state === 'canceled') && (
        <Button
          isMain
          label={trans.__('Retry')}
          caption={trans.__('Retry the images that did not arrive')}
          isDisabled={isBusy}
          onClick={() => callbacks.onRetry(transfer)}
        />
      )}
      {transfer.state === 'succeeded' && (
        <Button
          label={trans.__('Send again')}
          caption={trans.__(
            'Send %1 to the same folder again if it has not changed',
            titleOf(transfer, trans)
          )}
          isDisabled={isBusy}
          onClick={() => callbacks.onRetry(transfer)}
        />
      )}
      <Button
        label={trans.__('Save receipt')}
        caption={trans.__(
          'Save a record of what was sent, where, and with which checksums'
        )}
        isDisabled={isBusy}
        onClick={() => callbacks.onSaveReceipt(transfer)}
      />
      <Button
        label={trans.__('Remove')}
        caption={trans.__('Remove %1 from this list', titleOf(transfer, trans))}
        isDisabled={isBusy}
        onClick={() => callbacks.onForget(transfer)}
      />
    </>
  );
}
