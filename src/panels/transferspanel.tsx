import type { TranslationBundle } from '@jupyterlab/translation';
import { Toolbar, VDomRenderer } from '@jupyterlab/ui-components';
import * as React from 'react';
import type { Transfer } from '../api/schema';
import type { ITransferCallbacks } from '../components/transferbuttons';
import { TransfersView } from '../components/transfers';
import type { AccountModel } from '../models/account';
import { progressOf } from '../models/progress';
import type { TransfersModel } from '../models/transfers';
import { isUnderWay } from '../models/progress';
import { stateWord, titleOf } from '../models/transferwords';
import { openTransferMenu } from './transfermenu';

/** The transfers section. */
export class TransfersPanel extends VDomRenderer<TransfersModel> {
  constructor(private readonly _options: TransfersPanel.IOptions) {
    super(_options.transfers);
    this.addClass('jp-SRegistryGlobus-sectionHost');
    this.title.label = _options.trans.__('Transfers');
    _options.transfers.transferChanged.connect(this._onTransferChanged, this);
    _options.account.stateChanged.connect(this.update, this);
  }

  readonly toolbar = new Toolbar();

  dispose(): void {
    this._options.transfers.transferChanged.disconnect(
      this._onTransferChanged,
      this
    );
    this._options.account.stateChanged.disconnect(this.update, this);
    super.dispose();
  }

  protected render(): React.JSX.Element {
    const { model } = this;
    const { account, trans, callbacks } = this._options;
    return (
      <TransfersView
        transfers={model.transfers}
        isLoaded={model.isLoaded}
        isConnected={account.isConnected}
        error={model.error}
        errorOf={id => model.errorOf(id)}
        isBusy={id => model.isBusy(id)}
        announcement={this._announcement}
        trans={trans}
        onReload={() => void model.refresh()}
        onMenu={(transfer, anchor, { isShown, onToggle }) =>
          openTransferMenu(anchor, transfer, {
            isBusy: model.isBusy(transfer.id),
            areDetailsShown: isShown,
            onToggleDetails: onToggle,
            callbacks,
            trans
          })
        }
        {...callbacks}
      />
    );
  }

  /** Announce each transfer that ends, once. */
  private _onTransferChanged(_: TransfersModel, transfer: Transfer): void {
    if (isUnderWay(transfer)) {
      this._watched.add(transfer.id);
    } else if (this._watched.delete(transfer.id)) {
      const { trans } = this._options;
      const word = stateWord(transfer, progressOf(transfer), trans);
      this._announcement = trans.__('%1: %2', titleOf(transfer, trans), word);
      this.update();
    }
  }

  private readonly _watched = new Set<string>();
  private _announcement = '';
}

export namespace TransfersPanel {
  export interface IOptions {
    transfers: TransfersModel;
    account: AccountModel;
    trans: TranslationBundle;
    callbacks: ITransferCallbacks;
  }
}
