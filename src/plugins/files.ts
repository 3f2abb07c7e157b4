import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { showErrorMessage } from '@jupyterlab/apputils';
import { PathExt } from '@jupyterlab/coreutils';
import { IFileBrowserFactory } from '@jupyterlab/filebrowser';
import type { Contents } from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { CommandIDs } from '../commands';
import { containerIcon, sendIcon } from '../icons';
import { DetailsModel } from '../models/details';
import type { IDraftSource } from '../models/draft';
import {
  ImageDocumentFactory,
  ImageModelFactory
} from '../panels/imagedocument';
import { ImageWidget } from '../panels/imagewidget';
import { openSendDialog } from '../panels/opensend';
import {
  IMAGE_EXTENSIONS,
  IMAGE_FILE_TYPE,
  ISRegistryGlobus,
  PLUGIN_PREFIX,
  TRANSLATION_DOMAIN
} from '../tokens';

export const filesPlugin: JupyterFrontEndPlugin<void> = {
  id: `${PLUGIN_PREFIX}:files`,
  description: 'Shows and transfers image files of the file browser.',
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

/** Let image files be known as such, and open as a page of details without their content. */
function addFileType(
  { docRegistry }: JupyterFrontEnd,
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
    path =>
      new ImageWidget({
        app: shared,
        details: new DetailsModel(shared.client, { path }),
        trans,
        onSend: () => void openSendDialog(shared, [sourceOf(path, null)], trans)
      })
  );
  docRegistry.addWidgetFactory(factory);
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
  // The listing has these models already; nothing is fetched for them.
  const selected = () => [
    ...(browsers.tracker.currentWidget?.selectedItems() ?? [])
  ];

  commands.addCommand(CommandIDs.sendFiles, {
    label: trans.__('Transfer to Globus…'),
    caption: trans.__('Transfer the selected image files to a Globus endpoint'),
    icon: sendIcon,
    describedBy: {
      args: {
        type: 'object',
        properties: {
          paths: {
            type: 'array',
            items: { type: 'string' },
            description: trans.__(
              'Paths of the files; without any, the images selected in the file browser'
            )
          }
        }
      }
    },
    isEnabled: args => Array.isArray(args.paths) || selected().some(isImage),
    isVisible: args => Array.isArray(args.paths) || selected().some(isImage),
    execute: async args => {
      const given = Array.isArray(args.paths)
        ? args.paths.filter((path): path is string => typeof path === 'string')
        : null;
      const sources =
        given?.map(path => sourceOf(path, null)) ??
        selected()
          .filter(isImage)
          .filter(item => isOnServer(contents, item.path))
          .map(item =>
            sourceOf(contents.localPath(item.path), item.size ?? null)
          );
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

/** Other drives (object stores, say) hold files that this server does not have on its disk. */
function isOnServer(contents: Contents.IManager, path: string): boolean {
  const drive = contents.driveName(path);
  return drive === '' || drive === 'RTC';
}

function sourceOf(path: string, sizeBytes: number | null): IDraftSource {
  return {
    source: {
      reference: null,
      path,
      digest: null,
      size_bytes: null,
      endpoint_id: null
    },
    name: PathExt.basename(path),
    sizeBytes
  };
}
