import type { TranslationBundle } from '@jupyterlab/translation';
import type { Location, Send } from '../api/schema';
import type { IDraftSource } from '../models/draft';
import { DraftModel } from '../models/draft';
import type { ISRegistryGlobus } from '../tokens';
import { SendDialog } from './senddialog';

/**
 * Ask where to, and send.
 *
 * @param destination - the folder to begin with; null begins with the one used last.
 * @returns the send, or null if it was given up.
 */
export async function openSendDialog(
  app: ISRegistryGlobus,
  sources: readonly IDraftSource[],
  trans: TranslationBundle,
  destination: Location | null = null
): Promise<Send | null> {
  const draft = new DraftModel({
    client: app.client,
    sources,
    sendOptions: { sync: app.preferences.sync },
    send: request => app.sends.send(request)
  });
  const sent = new Promise<Send | null>(resolve => {
    const dialog = new SendDialog({ app, draft, trans, onSent: resolve });
    void dialog
      .launch()
      .catch(() => undefined) // disposed of before it was shown
      .then(() => resolve(null));
  });
  const start = async () => {
    await draft.start(destination ?? (await app.memory.destination()));
  };
  void start();
  try {
    const send = await sent;
    if (send !== null && draft.destination !== null) {
      void app.memory.keepDestination(draft.destination);
    }
    return send;
  } finally {
    draft.dispose();
  }
}
