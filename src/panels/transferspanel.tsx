import type { TranslationBundle } from '@jupyterlab/translation';
import { clearIcon, Toolbar, VDomRenderer } from '@jupyterlab/ui-components';
import * as React from 'react';
import type { Transfer } from '../api/schema';
import { IconButton } from '../components/button';
import type { ITransferCallbacks } from '../components/transferbuttons';
import { TransfersView } from '../components/transfers';
import type { AccountModel } from '../models/account';
import type { IProgress } from '../models/progress';
import { progressOf } from '../models/progress';
import type { TransfersModel } from '../models/transfers';
import { isUnderWay } from '../models/progress';
import { stateWord, titleOf } from '../models/transferwords';
import { SectionTools } from './sectiontools';
import { openTransferMenu } from './transfermenu';
import { printable } from '../words';

/** The tools in the section's title. */
export function transfersTools(
  transfers: TransfersModel,
  trans: TranslationBundle,
  onClear: () => void
): SectionTools {
  return new SectionTools([transfers], () => (
    <>
      {transfers.finished.length > 0 && (
        <IconButton
          label={trans.__('Clear finished')}
          caption={trans.__('Remove finished transfers from this list')}
          icon={clearIcon}
          onClick={onClear}
        />
      )}
    </>
  ));
}

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

  /** Announce each transfer that ends or gets stuck, once. */
  private _onTransferChanged(_: TransfersModel, transfer: Transfer): void {
    const progress = progressOf(transfer);
    if (isUnderWay(transfer)) {
      const wasStuck = this._watched.get(transfer.id) ?? false;
      this._watched.set(transfer.id, progress.isStuck);
      if (progress.isStuck && !wasStuck) {
        this._announce(transfer, progress);
      }
    } else if (this._watched.delete(transfer.id)) {
      this._announce(transfer, progress);
    }
  }

  private _announce(transfer: Transfer, progress: IProgress): void {
    const { trans } = this._options;
    const title = titleOf(transfer, trans);
    const word = stateWord(transfer, progress, trans);
    const reason = progress.isStuck ? (progress.reasons[0] ?? '') : '';
    this._announcement =
      reason === ''
        ? trans.__('%1: %2', title, word)
        : trans.__('%1: %2. %3', title, word, printable(reason));
    this.update();
  }

  /** Transfers under way, and whether each is stuck. */
  private readonly _watched = new Map<string, boolean>();
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
