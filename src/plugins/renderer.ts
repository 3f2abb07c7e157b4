import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { SendOutput } from '../panels/sendoutput';
import {
  ISRegistryGlobus,
  PLUGIN_PREFIX,
  SEND_MIME_TYPE,
  TRANSLATION_DOMAIN
} from '../tokens';

/** Before text/html, which stands beside it for places without this extension. */
const RANK = 40;

export const rendererPlugin: JupyterFrontEndPlugin<void> = {
  id: `${PLUGIN_PREFIX}:renderer`,
  description: 'Draws the sends of notebook cells as live cards.',
  autoStart: true,
  requires: [ISRegistryGlobus, IRenderMimeRegistry],
  optional: [ITranslator],
  activate: (
    _: JupyterFrontEnd,
    shared: ISRegistryGlobus,
    registry: IRenderMimeRegistry,
    translator: ITranslator | null
  ) => {
    const trans = (translator ?? nullTranslator).load(TRANSLATION_DOMAIN);
    registry.addFactory(
      {
        safe: true,
        mimeTypes: [SEND_MIME_TYPE],
        defaultRank: RANK,
        createRenderer: () => new SendOutput(shared, trans)
      },
      RANK
    );
  }
};
