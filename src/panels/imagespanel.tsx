import type { TranslationBundle } from '@jupyterlab/translation';
import {
  collapseAllIcon,
  refreshIcon,
  searchIcon,
  Toolbar,
  VDomRenderer
} from '@jupyterlab/ui-components';
import * as React from 'react';
import type { Image } from '../api/schema';
import { ImagesView } from '../components/images';
import type { LogIn } from '../components/notice';
import type { AccountModel } from '../models/account';
import { valueOf } from '../models/async';
import type { CatalogModel } from '../models/catalog';
import { IconButton } from '../components/button';
import { SearchBox } from '../components/textbox';
import { formatAgo } from '../format';
import { SectionTools } from './sectiontools';

/** The tools in the title of the images section. */
export function imagesTools(
  catalog: CatalogModel,
  trans: TranslationBundle
): SectionTools {
  return new SectionTools([catalog], () => (
    <>
      <SearchBox
        label={trans.__('Filter images')}
        placeholder={trans.__('Filter')}
        value={catalog.text}
        icon={searchIcon}
        trans={trans}
        isBusy={catalog.isRefreshing}
        onChange={text => catalog.setText(text)}
      />
      <IconButton
        label={trans.__('Collapse all')}
        icon={collapseAllIcon}
        onClick={() => catalog.collapseAll()}
      />
      <IconButton
        label={trans.__('Refresh images')}
        caption={listedText(catalog, trans)}
        icon={refreshIcon}
        onClick={() => void catalog.refresh()}
      />
    </>
  ));
}

/** Say how old the oldest listing is. */
function listedText(
  { registries }: CatalogModel,
  trans: TranslationBundle
): string {
  const times = registries.flatMap(({ listed_at }) => listed_at ?? []);
  const refresh = trans.__('Refresh images');
  if (times.length === 0) {
    return refresh;
  }
  const age = Date.now() / 1000 - Math.min(...times);
  return `${refresh}\n${trans.__('Listed %1', formatAgo(age, trans))}`;
}

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
        error={model.error}
        resultCount={model.resultCount}
        searchMessage={model.searchMessage}
        selection={model.selection}
        rangeState={model.rangeState}
        isConnected={state !== 'disconnected'}
        canSend={state === 'connected' || state === 'disconnected'}
        trans={trans}
        onReload={() => void model.refresh()}
        onLogIn={onLogIn}
        onRange={({ first, last }) => model.ensure(first, last)}
        onToggle={row => model.toggle(row)}
        onRetry={row => model.retry(row)}
        onSelect={(image, how) => model.select(image, how)}
        onSelectTo={(index, isAdding) => void model.selectTo(index, isAdding)}
        onSend={image => onSend([image])}
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
