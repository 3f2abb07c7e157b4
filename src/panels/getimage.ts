import { InputDialog, showErrorMessage } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { defaultOptions } from '../api/constants';
import { toErrorBody } from '../api/request';
import type { EndpointSource } from '../api/schema';
import type { ISRegistryGlobus } from '../tokens';
import { printable } from '../words';

/** Ask for a collection, and download a file from an endpoint to it. */
export async function getImage(
  app: ISRegistryGlobus,
  trans: TranslationBundle,
  endpointId: string,
  path: string
): Promise<void> {
  const answer = await InputDialog.getText({
    title: trans.__('Download to my images'),
    label: trans.__('Collection (optional)'),
    okLabel: trans.__('Download')
  });
  if (!answer.button.accept) {
    return;
  }
  const source: EndpointSource = {
    kind: 'endpoint',
    endpoint_id: endpointId,
    path,
    digest: null,
    size_bytes: null
  };
  try {
    await app.transfers.pull({
      sources: [source],
      collection: answer.value ?? '',
      registry: null,
      when_exists: null,
      options: defaultOptions
    });
  } catch (reason) {
    const { message, action } = toErrorBody(reason);
    if (action?.kind === 'login') {
      app.logIn(action, () => void getImage(app, trans, endpointId, path));
      return;
    }
    await showErrorMessage(
      trans.__('Download to my images'),
      printable(message)
    );
  }
}
