import type { ITranslator } from '@jupyterlab/translation';
import { SidePanel } from '@jupyterlab/ui-components';
import type { CommandRegistry } from '@lumino/commands';
import type { Message } from '@lumino/messaging';
import { MessageLoop } from '@lumino/messaging';
import type { AccordionPanel, PanelLayout } from '@lumino/widgets';
import { Widget } from '@lumino/widgets';
import type { Location } from '../api/schema';
import { CommandIDs } from '../commands';
import { exchangeIcon } from '../icons';
import type { ISRegistryGlobus } from '../tokens';
import { TRANSLATION_DOMAIN } from '../tokens';
import { AccountPanel } from './accountpanel';
import { EndpointsPanel, endpointsTools } from './endpointspanel';
import { FocusKeeper } from './focuskeeper';
import { ImagesPanel, imagesTools } from './imagespanel';
import { SectionSizes } from './sectionsizes';
import { SendBarPanel } from './sendbarpanel';
import { transferCallbacks } from './transfercallbacks';
import { TransfersPanel, transfersTools } from './transferspanel';

/** The height of a section's title, which holds its tools, in pixels. */
const TITLE_SPACE = 26;

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
        transfers: app.transfers,
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
    images.toolbar.addItem('tools', imagesTools(app.catalog, trans));

    const sendBar = new SendBarPanel({
      app,
      trans,
      onAsk: (selected, destination) =>
        void commands.execute(CommandIDs.sendImages, {
          references: selected.map(image => image.reference),
          ...(destination === null ? {} : { destination: { ...destination } })
        })
    });

    const endpoints = new EndpointsPanel({
      app,
      trans,
      onSendTo: (destination: Location) => void sendBar.send(destination)
    });
    endpoints.toolbar.addItem('tools', endpointsTools(app, trans));

    const transfers = new TransfersPanel({
      transfers: app.transfers,
      account: app.account,
      trans,
      callbacks: transferCallbacks(app, trans)
    });
    transfers.toolbar.addItem(
      'tools',
      transfersTools(
        app.transfers,
        trans,
        () => void commands.execute(CommandIDs.clearTransfers)
      )
    );

    this.addWidget(images);
    this.addWidget(endpoints);
    this.addWidget(transfers);
    const content = this.content as AccordionPanel;
    content.titleSpace = TITLE_SPACE;
    content.spacing = 0;
    (this.layout as PanelLayout).addWidget(sendBar);
    this._sizes = new SectionSizes(content, () => void app.memory.keepSizes());
    this._surroundings.observe(this.header.node);
    this._surroundings.observe(sendBar.node);
  }

  /**
   * Begin to size the sections, after the layout was restored. Sizes that the user dragged remain.
   *
   * Open all sections if all are closed. Some versions of JupyterLab 4.4 save the sections of a
   * hidden sidebar as closed, and restore them so.
   */
  ensureOpen(): void {
    const content = this.content as AccordionPanel;
    if (content.widgets.every(widget => widget.isHidden)) {
      content.widgets.forEach((_, index) => content.expand(index));
    }
    this._isRestored = true;
    const begin = async () => {
      if (!(await this._options.app.memory.hasSizes()) && !this.isDisposed) {
        this._sizes.start();
      }
    };
    void begin();
  }

  dispose(): void {
    this._surroundings.disconnect();
    this._sizes.dispose();
    this._focusKeeper.dispose();
    super.dispose();
  }

  /**
   * Focus the filter, so that the user can type right after opening the panel. Not while JupyterLab
   * restores its layout, because the focus belongs to the main area then.
   */
  protected onActivateRequest(msg: Message): void {
    super.onActivateRequest(msg);
    if (!this._isRestored) {
      return;
    }
    this.node.querySelector<HTMLElement>('input[type=search]')?.focus();
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

  private readonly _sizes: SectionSizes;
  private _isRestored = false;

  /** The accordion does not notice when the head above it or the bar below it grows. */
  private readonly _surroundings = new ResizeObserver(() => {
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
