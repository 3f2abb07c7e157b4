import type { TranslationBundle } from '@jupyterlab/translation';
import { Toolbar, VDomRenderer } from '@jupyterlab/ui-components';
import * as React from 'react';
import type { Image } from '../api/schema';
import { ImagesView } from '../components/images';
import type { LogIn } from '../components/notice';
import type { AccountModel } from '../models/account';
import { valueOf } from '../models/async';
import type { CatalogModel } from '../models/catalog';

/** The images section. */
export class ImagesPanel extends VDomRenderer<CatalogModel> {
  constructor(private readonly _options: ImagesPanel.IOptions) {
    super(_options.catalog);
    this.addClass('jp-SRegistryGlobus-sectionHost');
    this.title.label = _options.trans.__('Images');
    _options.account.stateChanged.connect(this.update, this);
  }

  readonly toolbar = new Toolbar();

  dispose(): void {
    this._options.account.stateChanged.disconnect(this.update, this);
    super.dispose();
  }

  protected render(): React.JSX.Element {
    const { model } = this;
    const { account, trans, onLogIn, onSend, onShow } = this._options;
    const state = account.account?.state;
    return (
      <ImagesView
        rows={model.rows}
        text={model.text}
        registries={model.registries}
        isLoaded={valueOf(model.catalog) !== undefined}
        isBusy={model.isRefreshing}
        error={model.error}
        resultCount={model.resultCount}
        searchMessage={model.searchMessage}
        selection={model.selection}
        rangeState={model.rangeState}
        canSend={state === 'connected' || state === 'disconnected'}
        trans={trans}
        onText={text => model.setText(text)}
        onReload={() => void model.refresh()}
        onLogIn={onLogIn}
        onRange={({ first, last }) => model.ensure(first, last)}
        onToggle={row => model.toggle(row)}
        onRetry={row => model.retry(row)}
        onSelect={(image, how) => model.select(image, how)}
        onSelectTo={(index, isAdding) => void model.selectTo(index, isAdding)}
        onClearSelection={() => model.clearSelection()}
        onSend={image => onSend([image])}
        onSendSelected={() => onSend(model.selection.images)}
        onShow={onShow}
      />
    );
  }
}

export namespace ImagesPanel {
  export interface IOptions {
    catalog: CatalogModel;
    account: AccountModel;
    trans: TranslationBundle;
    onLogIn: LogIn;
    onSend: (images: Image[]) => void;
    onShow: (image: Image) => void;
  }
}
