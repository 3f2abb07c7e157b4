import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { TransferOutput } from '../panels/transferoutput';
import {
  ISRegistryGlobus,
  PLUGIN_PREFIX,
  TRANSFER_MIME_TYPE,
  TRANSLATION_DOMAIN
} from '../tokens';

/** Ranks before text/html, the fallback for places without this extension. */
const RANK = 40;

export const rendererPlugin: JupyterFrontEndPlugin<void> = {
  id: `${PLUGIN_PREFIX}:renderer`,
  description: 'Shows transfers in notebook outputs as live cards.',
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
        mimeTypes: [TRANSFER_MIME_TYPE],
        defaultRank: RANK,
        createRenderer: () => new TransferOutput(shared, trans)
      },
      RANK
    );
  }
};
