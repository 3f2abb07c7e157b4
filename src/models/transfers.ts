import { Poll } from '@lumino/polling';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';
import type { Client } from '../api/client';
import { toErrorBody } from '../api/request';
import type {
  ErrorBody,
  PlanRequest,
  PullRequest,
  Receipt,
  Transfer
} from '../api/schema';
import type { IHint, ServerEvents } from './events';
import { Model } from './model';
import { isUnderWay } from './progress';
import { TransferList } from './transferlist';
import type { IReading } from './transferreader';
import { readTransfers } from './transferreader';

/** The user's transfers, kept current by events and a slow poll. */
export class TransfersModel extends Model {
  constructor(private readonly _options: TransfersModel.IOptions) {
    super();
    this._poll = new Poll({
      auto: false,
      name: 'sregistry-globus:transfers',
      factory: () => this.refresh(),
      frequency: { interval: _options.pollMs ?? 30_000, backoff: false },
      standby: 'when-hidden',
      linger: 0
    });
    _options.events.hinted.connect(this._onHint, this);
  }

  /** Newest first. */
  get transfers(): readonly Transfer[] {
    return this._list.transfers;
  }

  /** Whether the list has been loaded. */
  get isLoaded(): boolean {
    return this._isLoaded;
  }

  /** Why the list could not be loaded the last time. */
  get error(): ErrorBody | null {
    return this._error;
  }

  get underWay(): readonly Transfer[] {
    return this.transfers.filter(isUnderWay);
  }

  get finished(): readonly Transfer[] {
    return this.transfers.filter(transfer => !isUnderWay(transfer));
  }

  /** Emitted when a transfer is added or changed. */
  get transferChanged(): ISignal<this, Transfer> {
    return this._transferChanged;
  }

  /** Emitted with the ids of transfers that are no longer on the list. */
  get transfersGone(): ISignal<this, readonly string[]> {
    return this._transfersGone;
  }

  /** Return why the last action on a transfer failed. Null if it did not. */
  errorOf(transferId: string): ErrorBody | null {
    return this._errors.get(transferId) ?? null;
  }

  /** Whether an action on a transfer is pending. */
  isBusy(transferId: string): boolean {
    return this._busy.has(transferId);
  }

  get(transferId: string): Transfer | undefined {
    return this._list.get(transferId);
  }

  /** Start polling, and load the list now. */
  start(): void {
    void this._poll.start();
  }

  /** Load the changes since the last time. The first time, load all transfers. */
  async refresh(): Promise<void> {
    const turn = this._list.nextTurn();
    let reading: IReading;
    try {
      reading = await readTransfers(this._options.client, this._revision);
    } catch (reason) {
      if (!this.isDisposed && turn > this._listTurn) {
        this._error = toErrorBody(reason);
        this.changed();
      }
      return;
    }
    if (this.isDisposed || turn <= this._listTurn) {
      return;
    }
    this._listTurn = turn;
    this._revision = reading.revision;
    this._error = null;
    this._isLoaded = true;
    if (reading.isComplete) {
      const before = this.transfers.map(({ id }) => id);
      this._tell(this._list.replace(reading.transfers, turn));
      this._tellGone(before);
    } else {
      this._remove(reading.removed);
      this._tell(this._list.update(reading.transfers, turn));
    }
  }

  /** Load one transfer. Calls while it is being loaded cause one more load. */
  async refreshOne(transferId: string): Promise<void> {
    if (this._asked.has(transferId)) {
      this._asked.set(transferId, true);
      return;
    }
    this._asked.set(transferId, false);
    const turn = this._list.nextTurn();
    try {
      this._apply(await this._options.client.transfer(transferId), turn);
    } catch (reason) {
      if (toErrorBody(reason).code === 'transfer_not_found') {
        this._remove([transferId]);
      }
      // After any other error, the poll will try again.
    }
    const isAskedAgain = this._asked.get(transferId) === true;
    this._asked.delete(transferId);
    if (isAskedAgain && !this.isDisposed) {
      await this.refreshOne(transferId);
    }
  }

  /** Send images. Throws RequestError, so that the form can show the error. */
  async send(request: PlanRequest): Promise<Transfer> {
    const transfer = await this._options.client.send(request);
    this._apply(transfer, this._list.nextTurn());
    return transfer;
  }

  /** Download images from an endpoint to a folder of the server. Throws as `send` does. */
  async pull(request: PullRequest): Promise<Transfer> {
    const transfer = await this._options.client.pull(request);
    this._apply(transfer, this._list.nextTurn());
    return transfer;
  }

  cancel(transferId: string): Promise<void> {
    return this._act(transferId, () =>
      this._options.client.cancelTransfer(transferId)
    );
  }

  retry(transferId: string): Promise<void> {
    return this._act(transferId, () =>
      this._options.client.retryTransfer(transferId)
    );
  }

  /** Delete temporary files that the transfer's uploads left at the destination. */
  deleteLeftovers(transferId: string): Promise<void> {
    return this._act(transferId, () =>
      this._options.client.deleteLeftovers(transferId)
    );
  }

  /** Load the receipt of a transfer. Null if that failed; the transfer then shows why. */
  async receipt(transferId: string): Promise<Receipt | null> {
    let receipt: Receipt | null = null;
    await this._act(transferId, async () => {
      receipt = await this._options.client.receipt(transferId);
      return null;
    });
    return receipt;
  }

  /** Take a transfer off the list. Resolves to whether it is; if not, the transfer says why. */
  async forget(transferId: string): Promise<boolean> {
    let isForgotten = false;
    await this._act(transferId, async () => {
      await this._options.client.forgetTransfer(transferId);
      isForgotten = true;
      this._remove([transferId]);
      return null;
    });
    return isForgotten;
  }

  /** Take all finished transfers off the list. Resolves to their ids: none if it failed. */
  async forgetFinished(): Promise<string[]> {
    try {
      const { ids } = await this._options.client.forgetFinishedTransfers();
      this._remove(ids);
      return ids;
    } catch (reason) {
      this._error = toErrorBody(reason);
      this.changed();
      return [];
    }
  }

  /** Put transfers back on the list. Throws RequestError. */
  async restore(transferIds: string[]): Promise<void> {
    await this._options.client.restoreTransfers({ ids: transferIds });
    this._revision = null;
    await this.refresh();
  }

  dispose(): void {
    if (this.isDisposed) {
      return;
    }
    this._options.events.hinted.disconnect(this._onHint, this);
    this._poll.dispose();
    super.dispose();
  }

  private async _act(
    transferId: string,
    work: () => Promise<Transfer | null>
  ): Promise<void> {
    if (this._busy.has(transferId)) {
      return;
    }
    this._busy.add(transferId);
    this._errors.delete(transferId);
    this.changed();
    try {
      const transfer = await work();
      if (transfer !== null) {
        this._apply(transfer, this._list.nextTurn());
      }
    } catch (reason) {
      this._errors.set(transferId, toErrorBody(reason));
    }
    this._busy.delete(transferId);
    this.changed();
  }

  private _onHint(_: ServerEvents, hint: IHint): void {
    if (hint.kind === 'transfer') {
      void this.refreshOne(hint.id);
    } else if (hint.kind === 'account') {
      // Another identity has other transfers.
      this._revision = null;
      void this.refresh();
    }
  }

  private _apply(transfer: Transfer, turn: number): void {
    if (!this.isDisposed) {
      this._tell(this._list.update([transfer], turn));
    }
  }

  private _tell(different: readonly Transfer[]): void {
    this.changed();
    different.forEach(transfer => this._transferChanged.emit(transfer));
  }

  private _remove(transferIds: readonly string[]): void {
    this._list.remove(transferIds);
    transferIds.forEach(id => this._errors.delete(id));
    this.changed();
    this._tellGone(transferIds);
  }

  /** Tell which of these transfers are not on the list. */
  private _tellGone(transferIds: readonly string[]): void {
    const gone = transferIds.filter(id => this.get(id) === undefined);
    if (gone.length > 0) {
      this._transfersGone.emit(gone);
    }
  }

  private readonly _list = new TransferList();
  private _isLoaded = false;
  private _error: ErrorBody | null = null;
  private _listTurn = 0;
  /** The revision of the list. Null if all transfers must be read. */
  private _revision: number | null = null;
  /** Ids of transfers being loaded. True if they must be loaded once more afterwards. */
  private readonly _asked = new Map<string, boolean>();
  private readonly _busy = new Set<string>();
  private readonly _errors = new Map<string, ErrorBody>();
  private readonly _poll: Poll;
  private readonly _transferChanged = new Signal<this, Transfer>(this);
  private readonly _transfersGone = new Signal<this, readonly string[]>(this);
}

export namespace TransfersModel {
  export interface IOptions {
    client: Client;
    events: ServerEvents;
    /** Milliseconds between polls, which catch missed events. */
    pollMs?: number;
  }
}
