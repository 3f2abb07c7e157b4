import type { TranslationBundle } from '@jupyterlab/translation';
import { VDomRenderer } from '@jupyterlab/ui-components';
import * as React from 'react';
import type { Image, Location } from '../api/schema';
import { SendBar } from '../components/sendbar';
import type { INamedLocation } from '../models/memory';
import type { QuickSend } from '../models/quicksend';
import type { ISRegistryGlobus } from '../tokens';

/** The bar below the sections: it sends the selected images to the open folder or the last one. */
export class SendBarPanel extends VDomRenderer<QuickSend> {
  constructor(private readonly _options: SendBarPanel.IOptions) {
    super(_options.app.quickSend);
    this.addClass('jp-SRegistryGlobus-sendHost');
    const { account, catalog, folder } = _options.app;
    account.stateChanged.connect(this.update, this);
    catalog.stateChanged.connect(this.update, this);
    folder.stateChanged.connect(this.update, this);
  }

  dispose(): void {
    const { account, catalog, folder } = this._options.app;
    account.stateChanged.disconnect(this.update, this);
    catalog.stateChanged.disconnect(this.update, this);
    folder.stateChanged.disconnect(this.update, this);
    super.dispose();
  }

  /** Send the selected images. If something needs attention, open the dialog instead. */
  async send(destination: Location): Promise<void> {
    const { app, onAsk } = this._options;
    const { selection } = app.catalog;
    const { images } = selection;
    if (app.quickSend.isBusy) {
      return;
    }
    const transfer = await app.quickSend.send(
      images.map(({ reference, digest, size_bytes }) => ({
        kind: 'image',
        reference,
        digest,
        size_bytes
      })),
      destination
    );
    if (transfer === null) {
      onAsk(images, destination);
    } else if (app.catalog.selection === selection) {
      app.catalog.clearSelection();
    }
  }

  protected render(): React.JSX.Element {
    const { app, trans, onAsk } = this._options;
    const { account, catalog } = app;
    const state = account.account?.state;
    const { destination } = this;
    return (
      <SendBar
        images={catalog.selection.images}
        canSend={state === 'connected' || state === 'disconnected'}
        destination={state === 'connected' ? destination : null}
        isBusy={this.model.isBusy || catalog.isSelecting}
        trans={trans}
        onClear={() => catalog.clearSelection()}
        onChoose={() => onAsk(catalog.selection.images, destination)}
        onSend={() => {
          if (destination !== null) {
            void this.send(destination);
          }
        }}
      />
    );
  }

  /** The open folder, else the destination used last. */
  get destination(): INamedLocation | null {
    const { endpoint, path } = this._options.app.folder;
    return endpoint !== undefined && path !== null
      ? { endpoint_id: endpoint.id, path, name: endpoint.display_name }
      : this.model.destination;
  }
}

export namespace SendBarPanel {
  export interface IOptions {
    app: ISRegistryGlobus;
    trans: TranslationBundle;
    /** Open the dialog with these images and this destination. */
    onAsk: (images: readonly Image[], destination: Location | null) => void;
  }
}
