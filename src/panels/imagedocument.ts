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
import type { Widget } from '@lumino/widgets';

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
export class ImageDocumentFactory extends ABCWidgetFactory<IDocumentWidget> {
  /**
   * @param _makeContent - makes the page; the context's path names the drive too.
   */
  constructor(
    options: DocumentRegistry.IWidgetFactoryOptions<IDocumentWidget>,
    private readonly _makeContent: (context: DocumentRegistry.Context) => Widget
  ) {
    super(options);
  }

  protected createNewWidget(
    context: DocumentRegistry.Context
  ): IDocumentWidget {
    const content = this._makeContent(context);
    const widget = new DocumentWidget({ content, context });
    widget.toolbar.hide(); // it has nothing to show
    return widget;
  }
}
