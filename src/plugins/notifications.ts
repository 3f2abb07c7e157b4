import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { Notification } from '@jupyterlab/apputils';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { CommandIDs } from '../commands';
import { TransferNotifier } from '../models/notifier';
import { Toasts } from '../models/toasts';
import { ISRegistryGlobus, PLUGIN_PREFIX, TRANSLATION_DOMAIN } from '../tokens';

export const notificationsPlugin: JupyterFrontEndPlugin<void> = {
  id: `${PLUGIN_PREFIX}:notifications`,
  description: 'Shows the progress of each transfer in one notification.',
  autoStart: true,
  requires: [ISRegistryGlobus],
  optional: [ITranslator],
  activate: (
    app: JupyterFrontEnd,
    shared: ISRegistryGlobus,
    translator: ITranslator | null
  ) => {
    const { transfers, preferences, memory } = shared;
    void new TransferNotifier({
      transfers,
      preferences,
      memory,
      trans: (translator ?? nullTranslator).load(TRANSLATION_DOMAIN),
      manager: new Toasts(Notification.manager),
      onShow: () => void app.commands.execute(CommandIDs.showPanel)
    }).start();
  }
};
