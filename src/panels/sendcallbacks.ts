import { Dialog, showDialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { Send } from '../api/schema';
import type { ISendCallbacks } from '../components/transfers';
import type { ISRegistryGlobus } from '../tokens';
import { saveJson } from '../save';
import { titleOf } from '../words';

/** What a send's buttons do, in the panel and in a notebook's output. */
export function sendCallbacks(
  app: ISRegistryGlobus,
  trans: TranslationBundle
): ISendCallbacks {
  const cancel = async (send: Send) => {
    if (app.preferences.hasConfirmations) {
      const answer = await showDialog({
        title: trans.__('Cancel the transfer?'),
        body: trans.__(
          '“%1” stops. Files that have already arrived stay where they are.',
          titleOf(send, trans)
        ),
        buttons: [
          Dialog.cancelButton({ label: trans.__('Keep going') }),
          Dialog.warnButton({ label: trans.__('Cancel transfer') })
        ]
      });
      if (!answer.button.accept) {
        return;
      }
    }
    await app.sends.cancel(send.id);
  };
  const saveReceipt = async (send: Send) => {
    const receipt = await app.sends.receipt(send.id);
    if (receipt !== null) {
      saveJson(receipt, `receipt-${send.id.slice(0, 12)}.json`);
    }
  };
  return {
    onCancel: send => void cancel(send),
    onRetry: send => void app.sends.retry(send.id),
    onSaveReceipt: send => void saveReceipt(send),
    onForget: send => void app.sends.forget(send.id),
    onLogIn: (action, goOn) => app.logIn(action, goOn)
  };
}
