import type { IRenderMime } from '@jupyterlab/rendermime-interfaces';
import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget } from '@jupyterlab/ui-components';
import * as React from 'react';
import type { Transfer } from '../api/schema';
import { Notice } from '../components/notice';
import { TransferView } from '../components/transfer';
import { readTransfer } from '../models/storedtransfer';
import type { ISRegistryGlobus } from '../tokens';
import { TRANSFER_MIME_TYPE } from '../tokens';
import { transferCallbacks } from './transfercallbacks';

/**
 * A transfer in the output of a cell. Shows the stored state and, if the output is trusted, the
 * current state.
 */
export class TransferOutput
  extends ReactWidget
  implements IRenderMime.IRenderer
{
  constructor(
    private readonly _app: ISRegistryGlobus,
    private readonly _trans: TranslationBundle
  ) {
    super();
    this.addClass('jp-SRegistryGlobus');
    this.addClass('jp-SRegistryGlobus-output');
    this._app.transfers.stateChanged.connect(this.update, this);
  }

  dispose(): void {
    this._app.transfers.stateChanged.disconnect(this.update, this);
    super.dispose();
  }

  async renderModel(model: IRenderMime.IMimeModel): Promise<void> {
    this._stored = readTransfer(model.data[TRANSFER_MIME_TYPE]);
    this._isTrusted = model.trusted;
    this.update();
    await this.renderPromise;
    // An untrusted output could name any transfer, so it must not trigger requests.
    if (this._isTrusted && this._stored !== null) {
      void this._app.transfers.refreshOne(this._stored.id);
    }
  }

  protected render(): React.JSX.Element {
    const stored = this._stored;
    const trans = this._trans;
    if (stored === null) {
      return (
        <Notice severity="warning">
          {trans.__('This output does not contain a readable transfer.')}
        </Notice>
      );
    }
    const live: Transfer | undefined = this._isTrusted
      ? this._app.transfers.get(stored.id)
      : undefined;
    return (
      <>
        {live === undefined && (
          // Anyone can write such an output, also one that says "verified".
          <Notice severity="note">
            {trans.__(
              'As recorded in this notebook. This server has not confirmed it.'
            )}
          </Notice>
        )}
        <TransferView
          transfer={live ?? stored}
          error={live ? this._app.transfers.errorOf(live.id) : null}
          isBusy={live ? this._app.transfers.isBusy(live.id) : false}
          callbacks={live ? transferCallbacks(this._app, trans) : null}
          trans={trans}
        />
      </>
    );
  }

  private _stored: Transfer | null = null;
  private _isTrusted = false;
}
