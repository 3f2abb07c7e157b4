import type { TranslationBundle } from '@jupyterlab/translation';
import type { Location, Transfer } from '../api/schema';
import type { IDraftSource } from '../models/draftstate';
import { DraftModel } from '../models/draft';
import type { ISRegistryGlobus } from '../tokens';
import { SendDialog } from './senddialog';

/**
 * Ask for the destination, and send the images.
 *
 * @param destination - the folder to open first. Null opens the last one used.
 * @returns the transfer, or null if the user canceled.
 */
export async function openSendDialog(
  app: ISRegistryGlobus,
  sources: readonly IDraftSource[],
  trans: TranslationBundle,
  destination: Location | null = null
): Promise<Transfer | null> {
  const draft = new DraftModel({
    client: app.client,
    sources,
    transferOptions: { sync: app.preferences.sync },
    send: request => app.transfers.send(request)
  });
  const sent = new Promise<Transfer | null>(resolve => {
    const dialog = new SendDialog({ app, draft, trans, onSent: resolve });
    void dialog
      .launch()
      .catch(() => undefined) // disposed before it was shown
      .then(() => resolve(null));
  });
  const start = async () => {
    await draft.start(destination ?? (await app.memory.destination()));
  };
  void start();
  try {
    const transfer = await sent;
    if (transfer !== null && draft.location !== null) {
      void app.memory.keepDestination({
        ...draft.location,
        name: transfer.destination_name
      });
    }
    return transfer;
  } finally {
    draft.dispose();
  }
}
