import type { TranslationBundle } from '@jupyterlab/translation';
import { Toolbar, VDomRenderer } from '@jupyterlab/ui-components';
import * as React from 'react';
import type { Send } from '../api/schema';
import type { ISendCallbacks } from '../components/transfers';
import { TransfersView, wordOf } from '../components/transfers';
import type { AccountModel } from '../models/account';
import { progressOf } from '../models/progress';
import type { SendsModel } from '../models/sends';
import { isUnderWay } from '../models/sends';
import { titleOf } from '../words';

/** The section of transfers. */
export class TransfersPanel extends VDomRenderer<SendsModel> {
  constructor(private readonly _options: TransfersPanel.IOptions) {
    super(_options.sends);
    this.addClass('jp-SRegistryGlobus-sectionHost');
    this.title.label = _options.trans.__('Transfers');
    _options.sends.sendChanged.connect(this._onSendChanged, this);
    _options.account.stateChanged.connect(this.update, this);
  }

  readonly toolbar = new Toolbar();

  dispose(): void {
    this._options.sends.sendChanged.disconnect(this._onSendChanged, this);
    this._options.account.stateChanged.disconnect(this.update, this);
    super.dispose();
  }

  protected render(): React.JSX.Element {
    const { model } = this;
    const { account, trans, callbacks } = this._options;
    return (
      <TransfersView
        sends={model.sends}
        isLoaded={model.isLoaded}
        isConnected={account.isConnected}
        error={model.error}
        errorOf={id => model.errorOf(id)}
        isBusy={id => model.isBusy(id)}
        announcement={this._announcement}
        trans={trans}
        onReload={() => void model.refresh()}
        {...callbacks}
      />
    );
  }

  /** Say what ended, once. */
  private _onSendChanged(_: SendsModel, send: Send): void {
    if (isUnderWay(send)) {
      this._watched.add(send.id);
    } else if (this._watched.delete(send.id)) {
      const { trans } = this._options;
      const word = wordOf(send, progressOf(send), trans);
      this._announcement = trans.__('%1: %2', titleOf(send, trans), word);
      this.update();
    }
  }

  private readonly _watched = new Set<string>();
  private _announcement = '';
}

export namespace TransfersPanel {
  export interface IOptions {
    sends: SendsModel;
    account: AccountModel;
    trans: TranslationBundle;
    callbacks: ISendCallbacks;
  }
}
