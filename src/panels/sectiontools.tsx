import { ReactWidget } from '@jupyterlab/ui-components';
import type { ISignal } from '@lumino/signaling';
import type * as React from 'react';

interface IChanging {
  readonly stateChanged: ISignal<unknown, void>;
}

/** The tools in the title of a section: a search box and buttons. */
export class SectionTools extends ReactWidget {
  /**
   * @param _models - the models whose changes the tools follow.
   */
  constructor(
    private readonly _models: readonly IChanging[],
    private readonly _draw: () => React.JSX.Element
  ) {
    super();
    this.addClass('jp-SRegistryGlobus-tools');
    _models.forEach(model => model.stateChanged.connect(this.update, this));
    // The accordion would take these keys for itself, and close the section.
    this.node.addEventListener('keydown', event => event.stopPropagation());
  }

  dispose(): void {
    this._models.forEach(model =>
      model.stateChanged.disconnect(this.update, this)
    );
    super.dispose();
  }

  protected render(): React.JSX.Element {
    return this._draw();
  }
}
