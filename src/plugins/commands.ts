import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import {
  Clipboard,
  ICommandPalette,
  MainAreaWidget
} from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';
import type { Image, Location } from '../api/schema';
import { CommandIDs } from '../commands';
import { exchangeIcon, infoIcon, sendIcon } from '../icons';
import { DetailsModel } from '../models/details';
import type { IDraftSource } from '../models/draftstate';
import { clearFinished } from '../panels/clearfinished';
import { disconnect } from '../panels/disconnect';
import { ImageWidget } from '../panels/imagewidget';
import { openSendDialog } from '../panels/opensend';
import { ISRegistryGlobus, PLUGIN_PREFIX, TRANSLATION_DOMAIN } from '../tokens';
import { printable, shortReference } from '../words';

const strings = { type: 'array', items: { type: 'string' } } as const;

export const commandsPlugin: JupyterFrontEndPlugin<void> = {
  id: `${PLUGIN_PREFIX}:commands`,
  description: 'Adds commands for images, endpoints, and transfers.',
  autoStart: true,
  requires: [ISRegistryGlobus],
  optional: [ICommandPalette, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    shared: ISRegistryGlobus,
    palette: ICommandPalette | null,
    translator: ITranslator | null
  ) => {
    const trans = (translator ?? nullTranslator).load(TRANSLATION_DOMAIN);
    addAccountCommands(app, shared, trans);
    addImageCommands(app, shared, trans);
    const category = trans.__('Globus Images');
    for (const command of [
      CommandIDs.showPanel,
      CommandIDs.connectAccount,
      CommandIDs.disconnectAccount,
      CommandIDs.refreshImages,
      CommandIDs.sendImages,
      CommandIDs.clearTransfers
    ]) {
      palette?.addItem({ command, category });
    }
  }
};

function addAccountCommands(
  { commands, shell }: JupyterFrontEnd,
  shared: ISRegistryGlobus,
  trans: TranslationBundle
): void {
  const { account, transfers } = shared;
  const noArgs = { args: { type: 'object', properties: {} } } as const;

  commands.addCommand(CommandIDs.showPanel, {
    label: trans.__('Show Globus Images Panel'),
    caption: trans.__('Show the panel with images, endpoints, and transfers'),
    icon: exchangeIcon,
    describedBy: noArgs,
    execute: () => shell.activateById('jp-SRegistryGlobus')
  });

  commands.addCommand(CommandIDs.connectAccount, {
    label: trans.__('Connect to Globus'),
    caption: trans.__('Log in to Globus in a new tab'),
    describedBy: noArgs,
    isEnabled: () => account.account?.state === 'disconnected',
    execute: async () => {
      shell.activateById('jp-SRegistryGlobus');
      await account.connect();
    }
  });

  commands.addCommand(CommandIDs.disconnectAccount, {
    label: trans.__('Disconnect from Globus'),
    caption: trans.__('Revoke and delete this server’s Globus tokens'),
    describedBy: noArgs,
    isEnabled: () => account.canDisconnect,
    execute: () => disconnect(shared, trans)
  });

  commands.addCommand(CommandIDs.clearTransfers, {
    label: trans.__('Clear Finished Transfers'),
    caption: trans.__('Remove finished transfers from the list'),
    describedBy: noArgs,
    isEnabled: () => transfers.finished.length > 0,
    execute: () => clearFinished(shared, trans)
  });

  account.stateChanged.connect(() => commands.notifyCommandChanged(), commands);
  transfers.stateChanged.connect(
    () => commands.notifyCommandChanged(CommandIDs.clearTransfers),
    commands
  );
}

function addImageCommands(
  app: JupyterFrontEnd,
  shared: ISRegistryGlobus,
  trans: TranslationBundle
): void {
  const { commands, shell } = app;
  const { catalog, client } = shared;
  const pages = new Map<string, MainAreaWidget<ImageWidget>>();
  const selected = () => catalog.selection.images;

  commands.addCommand(CommandIDs.refreshImages, {
    label: trans.__('Refresh Images'),
    caption: trans.__('Refresh the images of every registry'),
    describedBy: { args: { type: 'object', properties: {} } },
    execute: () => catalog.refresh()
  });

  commands.addCommand(CommandIDs.sendImages, {
    label: trans.__('Send to Globus…'),
    caption: trans.__('Send registry images to a Globus endpoint'),
    icon: sendIcon,
    describedBy: {
      args: {
        type: 'object',
        properties: {
          references: {
            ...strings,
            description: trans.__(
              'Image references. Defaults to the selected images.'
            )
          },
          destination: {
            type: 'object',
            description: trans.__('The folder to open first'),
            properties: {
              endpoint_id: { type: 'string' },
              path: { type: 'string' }
            }
          }
        }
      }
    },
    isEnabled: args =>
      stringsOf(args, 'references').length > 0 ||
      (selected().length > 0 && !catalog.isSelecting),
    execute: async args => {
      const known = new Map(
        [...catalog.knownImages, ...selected()].map(image => [
          image.reference,
          image
        ])
      );
      const references = stringsOf(args, 'references');
      const sources =
        references.length > 0
          ? references.map(reference => sourceOf(reference, known))
          : selected().map(image => sourceOf(image.reference, known));
      await openSendDialog(shared, sources, trans, locationOf(args));
    }
  });

  commands.addCommand(CommandIDs.copyReferences, {
    label: () =>
      trans._n('Copy Reference', 'Copy References', selected().length || 1),
    caption: trans.__('Copy the references of the selected images'),
    describedBy: { args: { type: 'object', properties: {} } },
    isEnabled: () => selected().length > 0 && !catalog.isSelecting,
    execute: () => {
      const references = selected().map(image => image.reference);
      Clipboard.copyToSystem(references.join('\n'));
    }
  });

  commands.addCommand(CommandIDs.showImage, {
    label: trans.__('Show Details'),
    caption: trans.__('Show an image’s metadata'),
    icon: infoIcon,
    describedBy: {
      args: {
        type: 'object',
        properties: {
          reference: {
            type: 'string',
            description: trans.__(
              'Image reference. Defaults to the selected image.'
            )
          }
        }
      }
    },
    isEnabled: args =>
      typeof args.reference === 'string' || selected().length === 1,
    execute: args => {
      const reference =
        typeof args.reference === 'string'
          ? args.reference
          : selected()[0]?.reference;
      if (reference === undefined) {
        return;
      }
      let page = pages.get(reference);
      if (page === undefined) {
        page = makePage(app, shared, client, reference, trans);
        pages.set(reference, page); // until JupyterLab disposes it
        page.disposed.connect(() => pages.delete(reference), page);
        shell.add(page, 'main');
      }
      shell.activateById(page.id);
    }
  });
}

function makePage(
  { commands }: JupyterFrontEnd,
  shared: ISRegistryGlobus,
  client: ISRegistryGlobus['client'],
  reference: string,
  trans: TranslationBundle
): MainAreaWidget<ImageWidget> {
  const content = new ImageWidget({
    app: shared,
    details: new DetailsModel(client, { reference }),
    trans,
    onSend: () =>
      void commands.execute(CommandIDs.sendImages, { references: [reference] })
  });
  const page = new MainAreaWidget({ content });
  page.title.label = printable(reference.split('/').pop() ?? reference);
  page.title.caption = printable(reference);
  page.title.closable = true;
  return page;
}

function sourceOf(
  reference: string,
  known: ReadonlyMap<string, Image>
): IDraftSource {
  const image = known.get(reference);
  return {
    source: {
      kind: 'image',
      reference,
      digest: image?.digest ?? null,
      size_bytes: image?.size_bytes ?? null
    },
    name: shortReference(reference),
    sizeBytes: image?.size_bytes ?? null
  };
}

function stringsOf(args: ReadonlyPartialJSONObject, name: string): string[] {
  const value = args[name];
  return Array.isArray(value)
    ? value.filter((item): item is string => typeof item === 'string')
    : [];
}

function locationOf(args: ReadonlyPartialJSONObject): Location | null {
  const value = args.destination as Partial<Location> | undefined;
  return typeof value?.endpoint_id === 'string'
    ? { endpoint_id: value.endpoint_id, path: value.path ?? null }
    : null;
}
