import type { IRenderMime } from '@jupyterlab/rendermime-interfaces';
import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget } from '@jupyterlab/ui-components';
import * as React from 'react';
import type { Send } from '../api/schema';
import { Notice } from '../components/notice';
import { SendView } from '../components/transfers';
import { readSend } from '../models/storedsend';
import type { ISRegistryGlobus } from '../tokens';
import { SEND_MIME_TYPE } from '../tokens';
import { sendCallbacks } from './sendcallbacks';

/**
 * A send in a cell's output: as it was when the cell ran and, where the output is trusted, as it
 * is now.
 */
export class SendOutput extends ReactWidget implements IRenderMime.IRenderer {
  constructor(
    private readonly _app: ISRegistryGlobus,
    private readonly _trans: TranslationBundle
  ) {
    super();
    this.addClass('jp-SRegistryGlobus');
    this.addClass('jp-SRegistryGlobus-output');
    this._app.sends.stateChanged.connect(this.update, this);
  }

  dispose(): void {
    this._app.sends.stateChanged.disconnect(this.update, this);
    super.dispose();
  }

  async renderModel(model: IRenderMime.IMimeModel): Promise<void> {
    this._stored = readSend(model.data[SEND_MIME_TYPE]);
    this._isTrusted = model.trusted;
    this.update();
    await this.renderPromise;
    // An untrusted output could name any send, so it makes no request.
    if (this._isTrusted && this._stored !== null) {
      void this._app.sends.refreshOne(this._stored.id);
    }
  }

  protected render(): React.JSX.Element {
    const stored = this._stored;
    const trans = this._trans;
    if (stored === null) {
      return (
        <Notice severity="warning">
          {trans.__('This output can’t be read as a transfer.')}
        </Notice>
      );
    }
    const live: Send | undefined = this._isTrusted
      ? this._app.sends.get(stored.id)
      : undefined;
    return (
      <SendView
        send={live ?? stored}
        error={live ? this._app.sends.errorOf(live.id) : null}
        isBusy={live ? this._app.sends.isBusy(live.id) : false}
        callbacks={live ? sendCallbacks(this._app, trans) : null}
        trans={trans}
      />
    );
  }

  private _stored: Send | null = null;
  private _isTrusted = false;
}
