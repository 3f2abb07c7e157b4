import type {
  DocumentRegistry,
  IDocumentWidget
} from '@jupyterlab/docregistry';
import {
  ABCWidgetFactory,
  DocumentModel,
  DocumentWidget
} from '@jupyterlab/docregistry';
import type { Contents } from '@jupyterlab/services';
import type { ImageWidget } from './imagewidget';

/**
 * The model of an image file that is open: none of its content.
 *
 * A null format makes the document context ask for the file without content. A model that calls
 * itself collaborative is never saved, so no checkpoint, which would be a copy of the whole
 * image, is made either.
 */
export class ImageModelFactory implements DocumentRegistry.ModelFactory {
  readonly name = 'apptainer-image';
  readonly contentType: Contents.ContentType = 'file';
  readonly fileFormat: Contents.FileFormat = null;

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
  }

  createNew(
    options: DocumentRegistry.IModelOptions = {}
  ): DocumentRegistry.IModel {
    const { languagePreference } = options;
    return new DocumentModel({
      languagePreference,
      collaborationEnabled: true
    });
  }

  preferredLanguage(): string {
    return '';
  }

  private _isDisposed = false;
}

/** Opens an image file as a page of details, which the server reads from the file's header. */
export class ImageDocumentFactory extends ABCWidgetFactory<
  IDocumentWidget<ImageWidget>
> {
  constructor(
    options: DocumentRegistry.IWidgetFactoryOptions<
      IDocumentWidget<ImageWidget>
    >,
    private readonly _makeContent: (path: string) => ImageWidget
  ) {
    super(options);
  }

  protected createNewWidget(
    context: DocumentRegistry.Context
  ): IDocumentWidget<ImageWidget> {
    const content = this._makeContent(context.localPath);
    context.pathChanged.connect(() => {
      void content.model.moveTo({ path: context.localPath });
    }, content);
    const widget = new DocumentWidget({ content, context });
    widget.toolbar.hide(); // it has nothing to show
    return widget;
  }
}
