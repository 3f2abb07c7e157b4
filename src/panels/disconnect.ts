import { Dialog, showDialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { UploadsChoice } from '../api/client';
import { activeUploads } from '../models/uploads';
import type { ISRegistryGlobus } from '../tokens';

/**
 * Disconnect the account. Asks first, if the user wants confirmations, and in any case what
 * becomes of uploads that have not ended.
 */
export async function disconnect(
  app: Pick<ISRegistryGlobus, 'account' | 'preferences' | 'transfers'>,
  trans: TranslationBundle
): Promise<void> {
  const { account, transfers } = app;
  let choice: UploadsChoice | null = null;
  if (transfers.underWay.some(one => activeUploads(one).length > 0)) {
    choice = await askAboutUploads(trans);
    if (choice === null) {
      return;
    }
  } else if (app.preferences.hasConfirmations && !(await ask(trans))) {
    return;
  }
  await account.disconnect(choice);
  // The server may know of uploads that this page has not heard of yet.
  if (choice === null && account.disconnectError?.code === 'uploads_active') {
    choice = await askAboutUploads(trans);
    if (choice !== null) {
      await account.disconnect(choice);
    }
  }
}

async function ask(trans: TranslationBundle): Promise<boolean> {
  const answer = await showDialog({
    title: trans.__('Disconnect from Globus?'),
    body: trans.__(
      'This revokes and deletes the server’s Globus tokens, so notebooks and the command line are disconnected too. Transfers that Globus has accepted continue, but are not tracked here until you connect again.'
    ),
    buttons: [
      Dialog.cancelButton(),
      Dialog.warnButton({ label: trans.__('Disconnect') })
    ]
  });
  return answer.button.accept;
}

/** Ask what becomes of uploads. Null if the user stays connected. */
async function askAboutUploads(
  trans: TranslationBundle
): Promise<UploadsChoice | null> {
  const choices: [UploadsChoice, Dialog.IButton][] = [
    [
      'keep',
      Dialog.okButton({
        label: trans.__('Keep for later'),
        caption: trans.__('Disconnect now. Uploads continue after you connect')
      })
    ],
    [
      'cancel',
      Dialog.warnButton({
        label: trans.__('Cancel uploads'),
        caption: trans.__('Cancel the uploads, then disconnect')
      })
    ],
    [
      'finish',
      Dialog.okButton({
        label: trans.__('Finish'),
        caption: trans.__('Disconnect once the uploads have ended')
      })
    ]
  ];
  const answer = await showDialog({
    title: trans.__('Uploads have not ended. What should become of them?'),
    body: trans.__(
      'Finish: this server disconnects once they have ended. Cancel uploads: what was sent so far is deleted at the destination. Keep for later: they continue when you connect again.'
    ),
    buttons: [
      Dialog.cancelButton({ label: trans.__('Stay connected') }),
      ...choices.map(([, button]) => button)
    ],
    defaultButton: choices.length
  });
  const chosen = choices.find(
    ([, button]) => button.label === answer.button.label
  );
  return answer.button.accept ? (chosen?.[0] ?? null) : null;
}
