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
 * The model of an open image file, without its content.
 *
 * A null format makes the document context request the file without content. A collaborative
 * model is never saved, so JupyterLab makes no checkpoint, which would copy the whole image.
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

/** Opens an image file as a page of details. The server reads them from the header of the file. */
export class ImageDocumentFactory extends ABCWidgetFactory<IDocumentWidget> {
  /**
   * @param _makeContent - makes the page. The context's path includes the drive.
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
    widget.toolbar.hide(); // it is empty
    return widget;
  }
}
