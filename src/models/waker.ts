import type { IDisposable } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

/** Signals that the page is visible again or back online: events may have been missed. */
export class Waker implements IDisposable {
  constructor() {
    document.addEventListener('visibilitychange', this._onVisibility);
    window.addEventListener('online', this._onOnline);
  }

  get woke(): ISignal<this, void> {
    return this._woke;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._isDisposed = true;
    document.removeEventListener('visibilitychange', this._onVisibility);
    window.removeEventListener('online', this._onOnline);
    Signal.clearData(this);
  }

  private readonly _onVisibility = (): void => {
    if (document.visibilityState === 'visible') {
      this._woke.emit();
    }
  };

  private readonly _onOnline = (): void => {
    this._woke.emit();
  };

  private _isDisposed = false;
  private readonly _woke = new Signal<this, void>(this);
}
