import { VDomModel } from '@jupyterlab/ui-components';

/** JupyterLab's model of a view, with a way to say that it changed. */
export abstract class Model extends VDomModel {
  protected readonly changed = (): void => {
    if (!this.isDisposed) {
      this.stateChanged.emit();
    }
  };
}
