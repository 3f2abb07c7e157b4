import { Notification } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { toErrorBody } from '../api/request';
import { printable } from '../words';

/** How long the notification stays in view. Afterwards JupyterLab's list still has it. */
const UNDO_MS = 10_000;

/** Say in a notification what was removed, with a button that restores it. */
export function offerUndo(
  message: string,
  undo: () => Promise<void>,
  trans: TranslationBundle
): void {
  let isUsed = false;
  const restore = async () => {
    // The button stays in view for a moment after it is dismissed.
    if (isUsed) {
      return;
    }
    isUsed = true;
    Notification.dismiss(id);
    try {
      await undo();
    } catch (reason) {
      Notification.error(
        trans.__('Could not undo. %1', printable(toErrorBody(reason).message)),
        { autoClose: false }
      );
    }
  };
  const id = Notification.info(message, {
    autoClose: UNDO_MS,
    actions: [{ label: trans.__('Undo'), callback: () => void restore() }]
  });
}
