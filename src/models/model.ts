import type { IDisposable } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

/** What every model is: disposable, with one signal that says "look again". */
export abstract class Model implements IDisposable {
  get stateChanged(): ISignal<this, void> {
    return this._stateChanged;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._isDisposed = true;
    Signal.clearData(this);
  }

  protected readonly changed = (): void => {
    if (!this._isDisposed) {
      this._stateChanged.emit();
    }
  };

  private _isDisposed = false;
  private readonly _stateChanged = new Signal<this, void>(this);
}
