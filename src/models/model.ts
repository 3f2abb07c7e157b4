import { VDomModel } from '@jupyterlab/ui-components';

/** The base of our models: JupyterLab's view model, with a method to signal changes. */
export abstract class Model extends VDomModel {
  protected readonly changed = (): void => {
    if (!this.isDisposed) {
      this.stateChanged.emit();
    }
  };
}
