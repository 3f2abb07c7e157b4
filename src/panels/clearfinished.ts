import { Dialog, showDialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { ISRegistryGlobus } from '../tokens';
import { offerUndo } from './undo';

/** Remove all finished transfers from the list. Asks first, if the user wants confirmations. */
export async function clearFinished(
  {
    preferences,
    transfers
  }: Pick<ISRegistryGlobus, 'preferences' | 'transfers'>,
  trans: TranslationBundle
): Promise<void> {
  if (preferences.hasConfirmations) {
    // The server removes what is finished by then. So ask again if that is more by then.
    let asked = -1;
    while (asked < transfers.finished.length) {
      asked = transfers.finished.length;
      if (!(await ask(asked, trans))) {
        return;
      }
    }
  }
  const removed = await transfers.forgetFinished();
  if (removed.length > 0) {
    offerUndo(
      trans._n(
        'Removed %1 finished transfer.',
        'Removed %1 finished transfers.',
        removed.length
      ),
      () => transfers.restore(removed),
      trans
    );
  }
}

async function ask(count: number, trans: TranslationBundle): Promise<boolean> {
  const answer = await showDialog({
    title: trans._n(
      'Remove %1 finished transfer?',
      'Remove %1 finished transfers?',
      count
    ),
    body: trans.__(
      'They leave this list. Their receipts are kept, and the images stay where they are.'
    ),
    buttons: [
      Dialog.cancelButton(),
      Dialog.warnButton({ label: trans.__('Remove') })
    ]
  });
  return answer.button.accept;
}
