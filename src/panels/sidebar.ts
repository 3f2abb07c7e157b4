import type { ITranslator } from '@jupyterlab/translation';
import {
  SidePanel,
  ToolbarButton,
  refreshIcon
} from '@jupyterlab/ui-components';
import type { CommandRegistry } from '@lumino/commands';
import type { Message } from '@lumino/messaging';
import { MessageLoop } from '@lumino/messaging';
import type { AccordionPanel } from '@lumino/widgets';
import { Widget } from '@lumino/widgets';
import type { Location } from '../api/schema';
import { CommandIDs } from '../commands';
import { exchangeIcon } from '../icons';
import type { ISRegistryGlobus } from '../tokens';
import { TRANSLATION_DOMAIN } from '../tokens';
import { AccountPanel } from './accountpanel';
import { EndpointsPanel } from './endpointspanel';
import { FocusKeeper } from './focuskeeper';
import { ImagesPanel } from './imagespanel';
import { transferCallbacks } from './transfercallbacks';
import { TransfersPanel } from './transferspanel';

/** The sidebar: account, images, endpoints and transfers. */
export class Sidebar extends SidePanel {
  constructor(private readonly _options: Sidebar.IOptions) {
    super({ translator: _options.translator });
    const { app, commands, translator } = _options;
    const trans = translator.load(TRANSLATION_DOMAIN);
    this.id = 'jp-SRegistryGlobus';
    this.addClass('jp-SRegistryGlobus');
    this.title.icon = exchangeIcon;
    this.title.caption = trans.__('Globus Images');
    this.title.dataset = { jpTabLabel: trans.__('Globus Images') };
    this.node.setAttribute('role', 'region');
    this.node.setAttribute('aria-label', trans.__('Globus Images'));

    this.header.addWidget(
      new AccountPanel({
        account: app.account,
        trans,
        onDisconnect: () => void commands.execute(CommandIDs.disconnectAccount)
      })
    );

    const images = new ImagesPanel({
      catalog: app.catalog,
      account: app.account,
      trans,
      onLogIn: (action, goOn) => app.logIn(action, goOn),
      onSend: selected =>
        void commands.execute(CommandIDs.sendImages, {
          references: selected.map(image => image.reference)
        }),
      onShow: image =>
        void commands.execute(CommandIDs.showImage, {
          reference: image.reference
        })
    });
    images.toolbar.addItem(
      'refresh',
      new ToolbarButton({
        icon: refreshIcon,
        tooltip: trans.__('Refresh images'),
        onClick: () => void app.catalog.refresh()
      })
    );

    const endpoints = new EndpointsPanel({
      app,
      trans,
      onSendHere: (destination: Location) =>
        void commands.execute(CommandIDs.sendImages, {
          destination: { ...destination }
        })
    });
    endpoints.toolbar.addItem(
      'refresh',
      new ToolbarButton({
        icon: refreshIcon,
        tooltip: trans.__('Refresh endpoints'),
        onClick: () =>
          void (app.folder.endpointId === null
            ? app.endpoints.refresh()
            : app.folder.refresh())
      })
    );

    const transfers = new TransfersPanel({
      transfers: app.transfers,
      account: app.account,
      trans,
      callbacks: transferCallbacks(app, trans)
    });
    transfers.toolbar.addItem(
      'clear',
      new ToolbarButton({
        label: trans.__('Clear finished'),
        tooltip: trans.__('Remove finished transfers from this list'),
        onClick: () => void commands.execute(CommandIDs.clearTransfers)
      })
    );

    this.addWidget(images);
    this.addWidget(endpoints);
    this.addWidget(transfers);
    (this.content as AccordionPanel).setRelativeSizes([4, 3, 2]);
    this._headResized.observe(this.header.node);
  }

  /**
   * Open all sections if all are closed. Some versions of JupyterLab 4.4 save the sections of a
   * hidden sidebar as closed, and restore them so.
   */
  ensureOpen(): void {
    const content = this.content as AccordionPanel;
    if (content.widgets.every(widget => widget.isHidden)) {
      content.widgets.forEach((_, index) => content.expand(index));
      content.setRelativeSizes([4, 3, 2]);
    }
  }

  dispose(): void {
    this._headResized.disconnect();
    this._focusKeeper.dispose();
    super.dispose();
  }

  protected onAfterShow(msg: Message): void {
    super.onAfterShow(msg);
    this._options.app.wake();
  }

  protected onAfterAttach(msg: Message): void {
    super.onAfterAttach(msg);
    if (this.isVisible) {
      this._options.app.wake();
    }
  }

  /** The accordion does not notice when the head above it grows. */
  private readonly _headResized = new ResizeObserver(() => {
    MessageLoop.postMessage(this.content, Widget.ResizeMessage.UnknownSize);
  });

  private readonly _focusKeeper = new FocusKeeper(this.node);
}

export namespace Sidebar {
  export interface IOptions {
    app: ISRegistryGlobus;
    commands: CommandRegistry;
    translator: ITranslator;
  }
}
