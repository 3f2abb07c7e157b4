import type { TranslationBundle } from '@jupyterlab/translation';
import { VDomRenderer } from '@jupyterlab/ui-components';
import * as React from 'react';
import { ImageDetailsView } from '../components/imagedetails';
import { containerIcon } from '../icons';
import type { DetailsModel } from '../models/details';
import type { ISRegistryGlobus } from '../tokens';

/** A page with the details of one image, in the main area. */
export class ImageWidget extends VDomRenderer<DetailsModel> {
  constructor(private readonly _options: ImageWidget.IOptions) {
    super(_options.details);
    this.addClass('jp-SRegistryGlobus');
    this.addClass('jp-SRegistryGlobus-pageHost');
    this.title.icon = containerIcon;
    this.node.tabIndex = -1;
    _options.app.account.stateChanged.connect(this.update, this);
    void _options.details.load();
  }

  dispose(): void {
    if (this.isDisposed) {
      return;
    }
    this._options.app.account.stateChanged.disconnect(this.update, this);
    this._options.details.dispose();
    super.dispose();
  }

  protected onActivateRequest(): void {
    this.node.focus();
  }

  protected render(): React.JSX.Element {
    const { app, trans, onSend } = this._options;
    const state = app.account.account?.state;
    return (
      <ImageDetailsView
        name={this.model.query.reference ?? this.model.query.path ?? ''}
        details={this.model.details}
        canSend={state === 'connected' || state === 'disconnected'}
        trans={trans}
        onSend={onSend}
        onReload={() => void this.model.load()}
        digest={this.model.digest}
        onComputeDigest={() => void this.model.computeDigest()}
        onCancelDigest={() => void this.model.cancelDigest()}
      />
    );
  }
}

export namespace ImageWidget {
  export interface IOptions {
    app: ISRegistryGlobus;
    details: DetailsModel;
    trans: TranslationBundle;
    onSend: () => void;
  }
}
