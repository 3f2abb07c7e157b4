import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { showErrorMessage } from '@jupyterlab/apputils';
import { PathExt } from '@jupyterlab/coreutils';
import { IFileBrowserFactory } from '@jupyterlab/filebrowser';
import type { DocumentRegistry } from '@jupyterlab/docregistry';
import type { Contents } from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';
import type { Widget } from '@lumino/widgets';
import { CommandIDs } from '../commands';
import { containerIcon, sendIcon } from '../icons';
import { valueOf } from '../models/async';
import { DetailsModel } from '../models/details';
import type { IDraftSource } from '../models/draftstate';
import type { LocatedFile } from '../models/serverfiles';
import { locateFile } from '../models/serverfiles';
import {
  ImageDocumentFactory,
  ImageModelFactory
} from '../panels/imagedocument';
import { ImageWidget } from '../panels/imagewidget';
import { NoticeWidget } from '../panels/noticewidget';
import { openSendDialog } from '../panels/opensend';
import {
  IMAGE_EXTENSIONS,
  IMAGE_FILE_TYPE,
  ISRegistryGlobus,
  PLUGIN_PREFIX,
  TRANSLATION_DOMAIN
} from '../tokens';
import { printable } from '../words';

export const filesPlugin: JupyterFrontEndPlugin<void> = {
  id: `${PLUGIN_PREFIX}:files`,
  description: 'Shows image files in the file browser and sends them.',
  autoStart: true,
  requires: [ISRegistryGlobus],
  optional: [IFileBrowserFactory, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    shared: ISRegistryGlobus,
    browsers: IFileBrowserFactory | null,
    translator: ITranslator | null
  ) => {
    const trans = (translator ?? nullTranslator).load(TRANSLATION_DOMAIN);
    addFileType(app, shared, trans);
    if (browsers !== null) {
      addSendFiles(app, shared, browsers, trans);
    }
  }
};

/** Register the image file type, and a page of details that opens without the content. */
function addFileType(
  { docRegistry, serviceManager }: JupyterFrontEnd,
  shared: ISRegistryGlobus,
  trans: TranslationBundle
): void {
  docRegistry.addFileType({
    name: IMAGE_FILE_TYPE,
    displayName: trans.__('Container Image'),
    extensions: IMAGE_EXTENSIONS,
    mimeTypes: ['application/vnd.sylabs.sif.layer.v1.sif'],
    fileFormat: 'base64',
    icon: containerIcon
  });
  const model = new ImageModelFactory();
  docRegistry.addModelFactory(model);
  const factory = new ImageDocumentFactory(
    {
      name: 'Container Image',
      label: trans.__('Container Image'),
      modelName: model.name,
      fileTypes: [IMAGE_FILE_TYPE],
      defaultFor: [IMAGE_FILE_TYPE],
      readOnly: true
    },
    context => makePage(serviceManager.contents, context, shared, trans)
  );
  docRegistry.addWidgetFactory(factory);
}

/** Make the details page of an image file, or a notice if the file is on another drive. */
function makePage(
  contents: Contents.IManager,
  context: DocumentRegistry.Context,
  shared: ISRegistryGlobus,
  trans: TranslationBundle
): Widget {
  const file = locateFile(contents, context.path);
  if (file.kind === 'drive') {
    return new NoticeWidget(notOnServer(file, trans));
  }
  const page = new ImageWidget({
    app: shared,
    details: new DetailsModel(shared.client, { path: file.path }),
    trans,
    onSend: () => {
      const path = contents.localPath(context.path);
      void openSendDialog(shared, [sourceOf(path, null)], trans);
    }
  });
  context.pathChanged.connect(() => {
    const path = contents.localPath(context.path);
    void page.model.moveTo({ path });
  }, page);
  return page;
}

function addSendFiles(
  { commands, docRegistry, serviceManager }: JupyterFrontEnd,
  shared: ISRegistryGlobus,
  browsers: IFileBrowserFactory,
  trans: TranslationBundle
): void {
  const { contents } = serviceManager;
  const isImage = (item: Contents.IModel) =>
    item.type === 'file' &&
    docRegistry
      .getFileTypesForPath(item.path)
      .some(type => type.name === IMAGE_FILE_TYPE);
  // The file browser already has these models. Nothing is loaded for them.
  const selected = () => [
    ...(browsers.tracker.currentWidget?.selectedItems() ?? [])
  ];
  /** Why the server can send none of its files. Empty if it can. */
  const refusal = () => valueOf(shared.account.status)?.files_refusal ?? '';
  const isOffered = (args: ReadonlyPartialJSONObject) =>
    Array.isArray(args.paths) || (refusal() === '' && selected().some(isImage));

  commands.addCommand(CommandIDs.sendFiles, {
    label: trans.__('Send to Globus…'),
    caption: trans.__('Send the selected image files to a Globus endpoint'),
    icon: sendIcon,
    describedBy: {
      args: {
        type: 'object',
        properties: {
          paths: {
            type: 'array',
            items: { type: 'string' },
            description: trans.__(
              'File paths. Defaults to the images selected in the file browser.'
            )
          }
        }
      }
    },
    isEnabled: isOffered,
    isVisible: isOffered,
    execute: async args => {
      if (refusal() !== '') {
        await showErrorMessage(trans.__('Nothing to send'), refusal());
        return;
      }
      const files = Array.isArray(args.paths)
        ? args.paths
            .filter((path): path is string => typeof path === 'string')
            .map(path => ({ path, size: null }))
        : selected()
            .filter(isImage)
            .map(({ path, size }) => ({ path, size: size ?? null }));
      const sources: IDraftSource[] = [];
      for (const { path, size } of files) {
        const file = locateFile(contents, path);
        if (file.kind === 'drive') {
          await showErrorMessage(
            trans.__('Nothing to send'),
            notOnServer(file, trans)
          );
          return;
        }
        sources.push(sourceOf(file.path, size));
      }
      if (sources.length === 0) {
        await showErrorMessage(
          trans.__('Nothing to send'),
          trans.__('Only image files on this Jupyter server can be sent.')
        );
        return;
      }
      await openSendDialog(shared, sources, trans);
    }
  });
}

function notOnServer(
  { path, drive }: LocatedFile & { kind: 'drive' },
  trans: TranslationBundle
): string {
  return trans.__(
    '%1 is on the drive %2. Only files on this Jupyter server can be sent.',
    printable(PathExt.basename(path)),
    drive
  );
}

function sourceOf(path: string, sizeBytes: number | null): IDraftSource {
  return {
    source: {
      kind: 'file',
      path,
      digest: null,
      size_bytes: null
    },
    name: PathExt.basename(path),
    sizeBytes
  };
}
