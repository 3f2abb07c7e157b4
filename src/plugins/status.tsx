import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { IStatusBar } from '@jupyterlab/statusbar';
import type { TranslationBundle } from '@jupyterlab/translation';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { VDomRenderer } from '@jupyterlab/ui-components';
import * as React from 'react';
import { CommandIDs } from '../commands';
import { StatusItem } from '../components/statusitem';
import { progressOf } from '../models/progress';
import type { TransfersModel } from '../models/transfers';
import { ISRegistryGlobus, PLUGIN_PREFIX, TRANSLATION_DOMAIN } from '../tokens';

/** Shows the progress of transfers while any are active. */
class StatusWidget extends VDomRenderer<TransfersModel> {
  constructor(
    transfers: TransfersModel,
    private readonly _trans: TranslationBundle,
    private readonly _onClick: () => void
  ) {
    super(transfers);
    this.addClass('jp-SRegistryGlobus-statusHost');
  }

  protected render(): React.JSX.Element {
    return (
      <StatusItem
        progress={this.model.underWay.map(progressOf)}
        trans={this._trans}
        onClick={this._onClick}
      />
    );
  }
}

export const statusPlugin: JupyterFrontEndPlugin<void> = {
  id: `${PLUGIN_PREFIX}:status`,
  description: 'Shows the progress of transfers in the status bar.',
  autoStart: true,
  requires: [ISRegistryGlobus],
  // Notebook 7 has no status bar.
  optional: [IStatusBar, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    shared: ISRegistryGlobus,
    statusBar: IStatusBar | null,
    translator: ITranslator | null
  ) => {
    if (statusBar === null) {
      return;
    }
    const trans = (translator ?? nullTranslator).load(TRANSLATION_DOMAIN);
    const { transfers } = shared;
    const item = new StatusWidget(
      transfers,
      trans,
      () => void app.commands.execute(CommandIDs.showPanel)
    );
    statusBar.registerStatusItem(`${PLUGIN_PREFIX}:status`, {
      item,
      align: 'left',
      rank: 20,
      isActive: () => transfers.underWay.length > 0,
      activeStateChanged: transfers.stateChanged
    });
  }
};
