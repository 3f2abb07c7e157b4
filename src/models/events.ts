import type { Event } from '@jupyterlab/services';
import type { IDisposable } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

/** A hint that something changed on the server. The new state is read over REST. */
export interface IHint {
  kind: 'transfer' | 'account' | 'catalog';
  id: string;
}

/** Our events from Jupyter's event stream. */
export class ServerEvents implements IDisposable {
  constructor(private readonly _stream: Event.Stream) {
    this._stream.connect(this._onEvent, this);
  }

  /** The schema id of the server's events. No events are received until it is set. */
  schemaId = '';

  get hinted(): ISignal<this, IHint> {
    return this._hinted;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._isDisposed = true;
    this._stream.disconnect(this._onEvent, this);
    Signal.clearData(this);
  }

  private _onEvent(_: Event.IManager, event: Event.Emission): void {
    if (this.schemaId === '' || event.schema_id !== this.schemaId) {
      return;
    }
    const { kind, id } = event;
    if (
      typeof id === 'string' &&
      (kind === 'transfer' || kind === 'account' || kind === 'catalog')
    ) {
      this._hinted.emit({ kind, id });
    }
  }

  private _isDisposed = false;
  private readonly _hinted = new Signal<this, IHint>(this);
}
