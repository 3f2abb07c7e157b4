import type { TranslationBundle } from '@jupyterlab/translation';
import { refreshIcon, Toolbar, VDomRenderer } from '@jupyterlab/ui-components';
import * as React from 'react';
import type { Account, Location } from '../api/schema';
import { IconButton } from '../components/button';
import type { EndpointSearch } from '../components/endpointsearch';
import { EndpointBox, EndpointResults } from '../components/endpointsearch';
import { ScopeChoice } from '../components/scopechoice';
import { SectionTools } from './sectiontools';
import { FolderView } from '../components/folder';
import type { EndpointsModel } from '../models/endpoints';
import type { FolderModel } from '../models/folder';
import type { ISRegistryGlobus } from '../tokens';
import { IMAGE_EXTENSIONS } from '../tokens';
import { getImage } from './getimage';
import { removeBookmark } from './removebookmark';

/** The endpoints section: a search, or the folders of one endpoint. */
export class EndpointsPanel extends VDomRenderer<EndpointsModel> {
  constructor(private readonly _options: EndpointsPanel.IOptions) {
    super(_options.app.endpoints);
    this.addClass('jp-SRegistryGlobus-sectionHost');
    this.title.label = _options.trans.__('Endpoints');
    const { folder, account, catalog } = _options.app;
    folder.stateChanged.connect(this.update, this);
    account.stateChanged.connect(this.update, this);
    catalog.stateChanged.connect(this.update, this);
  }

  readonly toolbar = new Toolbar();

  dispose(): void {
    const { folder, account, catalog } = this._options.app;
    folder.stateChanged.disconnect(this.update, this);
    account.stateChanged.disconnect(this.update, this);
    catalog.stateChanged.disconnect(this.update, this);
    super.dispose();
  }

  protected render(): React.JSX.Element {
    const { app, trans } = this._options;
    if (!app.account.isConnected) {
      return (
        <div className="jp-SRegistryGlobus-section">
          <div className="jp-SRegistryGlobus-status">
            {whyNoEndpoints(app.account.account, trans)}
          </div>
        </div>
      );
    }
    return (
      <div className="jp-SRegistryGlobus-section">
        {app.folder.endpointId === null ? (
          <EndpointResults
            {...endpointSearchProps(this.model, app, trans)}
            onSendTo={
              app.catalog.selection.size > 0 && !app.catalog.isSelecting
                ? endpoint =>
                    this._options.onSendTo({
                      endpoint_id: endpoint.id,
                      path: endpoint.default_directory ?? '/~/'
                    })
                : undefined
            }
            onOpen={endpoint => void app.folder.open(endpoint)}
            onOpenBookmark={({ endpoint_id, path }) =>
              void app.folder.openById(endpoint_id, path)
            }
          />
        ) : (
          this._renderFolder(app.folder)
        )}
      </div>
    );
  }

  private _renderFolder(folder: FolderModel): React.JSX.Element {
    const { app, trans } = this._options;
    const { endpoint } = folder;
    return (
      <FolderView
        {...folderProps(folder, app, trans)}
        isImage={name =>
          IMAGE_EXTENSIONS.some(end => name.toLowerCase().endsWith(end))
        }
        onGet={(place, entry) => {
          if (endpoint !== undefined) {
            void getImage(app, trans, endpoint.id, place + entry.name);
          }
        }}
      />
    );
  }
}

export namespace EndpointsPanel {
  export interface IOptions {
    app: ISRegistryGlobus;
    trans: TranslationBundle;
    /** Send the selected images to this folder. */
    onSendTo: (destination: Location) => void;
  }
}

/** The tools in the title of the endpoints section. */
export function endpointsTools(
  app: ISRegistryGlobus,
  trans: TranslationBundle
): SectionTools {
  const { account, endpoints, folder } = app;
  return new SectionTools([account, endpoints, folder], () => {
    if (!account.isConnected || folder.endpointId !== null) {
      return <></>; // a folder has its own
    }
    const props = endpointSearchProps(endpoints, app, trans);
    return (
      <>
        <EndpointBox {...props} isShort />
        <ScopeChoice {...props} />
        <IconButton
          label={trans.__('Refresh endpoints')}
          icon={refreshIcon}
          onClick={() => void endpoints.refresh()}
        />
      </>
    );
  });
}

function whyNoEndpoints(
  account: Account | undefined,
  trans: TranslationBundle
): string | null {
  switch (account?.state) {
    case 'disconnected':
      return trans.__('Connect to Globus to see your endpoints.');
    case 'not_configured':
      return trans.__('Endpoints appear here once Globus is set up.');
    case 'disabled':
      return trans.__(
        'Endpoints are not available while Globus is turned off.'
      );
    default:
      return null;
  }
}

/** Return the props of an endpoint search, except for those that open an endpoint. */
export function endpointSearchProps(
  model: EndpointsModel,
  app: ISRegistryGlobus,
  trans: TranslationBundle
): Omit<
  React.ComponentProps<typeof EndpointSearch>,
  'onOpen' | 'onOpenBookmark'
> {
  return {
    text: model.text,
    scope: model.scope,
    isHome: model.isHome,
    mine: model.mine,
    shared: model.shared,
    results: model.results,
    bookmarks: model.bookmarks,
    matchingBookmarks: model.matchingBookmarks,
    isLoadingMore: model.isLoadingMore,
    moreError: model.moreError,
    trans,
    onText: text => model.setText(text),
    onScope: scope => model.setScope(scope),
    onReload: () => void model.refresh(),
    onLoadMore: () => void model.loadMore(),
    onLogIn: (action, goOn) => app.logIn(action, goOn),
    onLogInFor: (_, action) => app.logIn(action, () => void model.refresh()),
    onDeleteBookmark: bookmark =>
      void removeBookmark(bookmark, model, app, trans)
  };
}

/** Return the props of a folder view. */
export function folderProps(
  model: FolderModel,
  app: ISRegistryGlobus,
  trans: TranslationBundle
): React.ComponentProps<typeof FolderView> {
  return {
    endpoint: model.endpoint,
    folder: model.folder,
    entries: model.entries,
    path: model.path,
    error: model.error,
    actionError: model.actionError,
    bookmarked: model.bookmarked,
    trans,
    onClose: () => model.close(),
    onGo: path => void model.go(path),
    onRefresh: () => void model.refresh(),
    onCreateFolder: name => model.createFolder(name),
    onBookmark: name => model.bookmark(name),
    onLogIn: (action, goOn) => app.logIn(action, goOn)
  };
}
