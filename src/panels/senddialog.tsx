import { Dialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { VDomRenderer } from '@jupyterlab/ui-components';
import * as React from 'react';
import type { Transfer } from '../api/schema';
import { SendForm } from '../components/sendform';
import type { DraftModel } from '../models/draft';
import type { ISRegistryGlobus } from '../tokens';
import { loginCallbacks } from './accountpanel';
import { endpointSearchProps, folderProps } from './endpointspanel';
import { FocusKeeper } from './focuskeeper';

/** The form within the dialog. */
class SendBody extends VDomRenderer<DraftModel> {
  constructor(private readonly _options: SendBody.IOptions) {
    super(_options.draft);
    this.addClass('jp-SRegistryGlobus');
    this.addClass('jp-SRegistryGlobus-dialogBody');
    const { account } = _options.app;
    account.stateChanged.connect(this.update, this);
    account.login.succeeded.connect(this._onLoggedIn, this);
  }

  dispose(): void {
    const { account } = this._options.app;
    account.stateChanged.disconnect(this.update, this);
    account.login.succeeded.disconnect(this._onLoggedIn, this);
    super.dispose();
  }

  protected render(): React.JSX.Element {
    const { app, trans, onCancel } = this._options;
    const draft = this.model;
    return (
      <SendForm
        sources={draft.sources}
        plan={draft.plan}
        hindrance={draft.hindrance}
        submission={draft.submission}
        transferOptions={draft.transferOptions}
        path={draft.path}
        hasEndpoint={draft.folder.endpointId !== null}
        endpoints={{
          ...endpointSearchProps(draft.endpoints, app, trans),
          onDeleteBookmark: undefined,
          onOpen: endpoint => void draft.chooseEndpoint(endpoint),
          onOpenBookmark: ({ endpoint_id, path }) =>
            void draft.openById(endpoint_id, path)
        }}
        folder={{
          ...folderProps(draft.folder, app, trans),
          onClose: () => void draft.changeEndpoint()
        }}
        login={app.account.login.current}
        loginCallbacks={loginCallbacks(app.account)}
        trans={trans}
        onRemoveSource={index => draft.removeSource(index)}
        onPath={path => draft.typePath(path)}
        onGoToPath={() => void draft.goToPath()}
        onOptions={options => draft.setOptions(options)}
        onReplan={() => void draft.replan()}
        onChangeEndpoint={() => void draft.changeEndpoint()}
        onSend={() => void this._send()}
        onCancel={onCancel}
        onLogIn={(action, goOn) => app.logIn(action, goOn)}
      />
    );
  }

  private _onLoggedIn(): void {
    void this.model.recover();
  }

  private async _send(): Promise<void> {
    const transfer = await this.model.send();
    if (transfer !== null) {
      this._options.onSent(transfer);
    }
  }
}

namespace SendBody {
  export interface IOptions {
    app: ISRegistryGlobus;
    draft: DraftModel;
    trans: TranslationBundle;
    onSent: (transfer: Transfer) => void;
    onCancel: () => void;
  }
}

/**
 * A dialog whose body is a form with its own buttons. They follow the plan, and the dialog stays
 * open until the server has accepted the transfer.
 */
export class SendDialog extends Dialog<null> {
  constructor(options: {
    app: ISRegistryGlobus;
    draft: DraftModel;
    trans: TranslationBundle;
    onSent: (transfer: Transfer) => void;
  }) {
    const { app, draft, trans, onSent } = options;
    super({
      title: trans.__('Send to Globus'),
      body: new SendBody({
        app,
        draft,
        trans,
        onSent: transfer => {
          onSent(transfer);
          this.reject();
        },
        onCancel: () => this.reject()
      }),
      buttons: [],
      hasClose: true,
      focusNodeSelector: 'input'
    });
    this.addClass('jp-SRegistryGlobus-dialog');
    // Keep the focus inside when the user clicks between controls, so that Escape works.
    this.node
      .querySelector('.jp-Dialog-content')
      ?.setAttribute('tabindex', '-1');
    this._focusKeeper = new FocusKeeper(this.node);
  }

  dispose(): void {
    this._focusKeeper.dispose();
    super.dispose();
  }

  /** Dialogs accept on every Enter. Here Enter belongs to the form. */
  protected _evtKeydown(event: KeyboardEvent): void {
    if (event.key === 'Escape') {
      if ((event.target as HTMLElement).dataset.takesEscape === 'true') {
        return; // cancels the text, not the dialog
      }
      super._evtKeydown(event);
    } else if (event.key === 'Tab') {
      this._keepFocus(event);
    }
  }

  /** JupyterLab may activate a widget behind the dialog, such as the launcher after a slow start. */
  protected _evtFocus(event: FocusEvent): void {
    if (!this.node.contains(event.target as Node)) {
      event.stopPropagation();
      this._focusKeeper.takeBack();
    }
  }

  /** Wrap Tab around within the dialog. */
  private _keepFocus(event: KeyboardEvent): void {
    const stops = [
      ...this.node.querySelectorAll<HTMLElement>(
        'a[href], button:not(:disabled), input, select, summary, [tabindex="0"]'
      )
    ].filter(stop => stop.tabIndex >= 0 && stop.offsetParent !== null);
    const [first, last] = [stops[0], stops[stops.length - 1]];
    const [edge, other] = event.shiftKey ? [first, last] : [last, first];
    if (document.activeElement === edge) {
      event.preventDefault();
      event.stopPropagation();
      other?.focus();
    }
  }

  private readonly _focusKeeper: FocusKeeper;
}
