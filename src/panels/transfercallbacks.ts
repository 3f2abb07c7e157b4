import { Dialog, showDialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { Transfer } from '../api/schema';
import type { ITransferCallbacks } from '../components/transferbuttons';
import type { ISRegistryGlobus } from '../tokens';
import { saveJson } from '../save';
import { titleOf } from '../models/transferwords';
import { offerUndo } from './undo';

/** Return the callbacks of a transfer's buttons, for the panel and for outputs of notebooks. */
export function transferCallbacks(
  app: ISRegistryGlobus,
  trans: TranslationBundle
): ITransferCallbacks {
  const cancel = async (transfer: Transfer) => {
    if (app.preferences.hasConfirmations) {
      const answer = await showDialog({
        title: trans.__('Cancel transfer?'),
        body: trans.__(
          'Stop sending “%1”? Files that have already arrived stay where they are.',
          titleOf(transfer, trans)
        ),
        buttons: [
          Dialog.cancelButton({ label: trans.__('Keep sending') }),
          Dialog.warnButton({ label: trans.__('Cancel transfer') })
        ]
      });
      if (!answer.button.accept) {
        return;
      }
    }
    await app.transfers.cancel(transfer.id);
  };
  const saveReceipt = async (transfer: Transfer) => {
    const receipt = await app.transfers.receipt(transfer.id);
    if (receipt !== null) {
      saveJson(receipt, `receipt-${transfer.id.slice(0, 12)}.json`);
    }
  };
  const forget = async (transfer: Transfer) => {
    if (await app.transfers.forget(transfer.id)) {
      offerUndo(
        trans.__('Removed %1 from the list.', titleOf(transfer, trans)),
        () => app.transfers.restore([transfer.id]),
        trans
      );
    }
  };
  return {
    onCancel: transfer => void cancel(transfer),
    onRetry: transfer => void app.transfers.retry(transfer.id),
    onSaveReceipt: transfer => void saveReceipt(transfer),
    onForget: transfer => void forget(transfer),
    onDeleteLeftovers: transfer =>
      void app.transfers.deleteLeftovers(transfer.id),
    onLogIn: (action, goOn) => app.logIn(action, goOn)
  };
}
