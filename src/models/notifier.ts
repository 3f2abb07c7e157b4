import type { Notification } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { Transfer } from '../api/schema';
import { formatPercent } from '../format';
import { isWebAddress } from '../urls';
import { titleOf } from './transferwords';
import type { Memory } from './memory';
import type { Preferences } from './preferences';
import { progressOf } from './progress';
import type { TransfersModel } from './transfers';
import { isUnderWay } from './progress';
import { printable } from '../words';

const TOAST_MS = 6000;

/**
 * Shows one notification for each transfer, from its start to its outcome.
 *
 * After a reload, each transfer that ended in the meantime is announced once, older ones never.
 */
export class TransferNotifier {
  constructor(private readonly _options: TransferNotifier.IOptions) {}

  async start(): Promise<void> {
    const { memory, transfers } = this._options;
    (await memory.unfinished()).forEach(id => this._awaited.add(id));
    transfers.transferChanged.connect(this._onTransferChanged, this);
    transfers.transfersGone.connect(this._onTransfersGone, this);
    transfers.transfers.forEach(transfer => this._tell(transfer));
  }

  private _onTransferChanged(_: TransfersModel, transfer: Transfer): void {
    this._tell(transfer);
  }

  /** Nobody will tell how they end: the user disconnected, or removed them. */
  private _onTransfersGone(_: TransfersModel, ids: readonly string[]): void {
    ids.forEach(id => this._dismiss(id));
  }

  private _tell(transfer: Transfer): void {
    if (isUnderWay(transfer)) {
      if (!this._awaited.has(transfer.id)) {
        this._awaited.add(transfer.id);
        this._keep();
      }
      this._show(transfer, 'in-progress');
    } else if (this._awaited.delete(transfer.id)) {
      this._keep();
      this._show(transfer, outcomeOf(transfer));
      this._shown.delete(transfer.id);
    }
  }

  private _show(transfer: Transfer, type: Notification.TypeOptions): void {
    const { manager, preferences } = this._options;
    if (!preferences.hasNotifications) {
      this._dismiss(transfer.id);
      return;
    }
    const known = this._shown.get(transfer.id);
    const message = this._messageOf(transfer);
    const actions = this._actionsOf(transfer);
    const isEnd = type !== 'in-progress';
    if (known === undefined) {
      const id = manager.notify(message, type, {
        actions,
        autoClose: TOAST_MS
      });
      this._shown.set(transfer.id, { id, message, isEnd });
    } else if (known.message !== message || known.isEnd !== isEnd) {
      const autoClose = isEnd ? TOAST_MS : undefined;
      // A dismissed notification stays dismissed until the outcome, which is shown anew.
      if (
        !manager.update({ id: known.id, message, type, actions, autoClose }) &&
        isEnd
      ) {
        manager.notify(message, type, { actions, autoClose: TOAST_MS });
      }
      this._shown.set(transfer.id, { id: known.id, message, isEnd });
    }
  }

  private _dismiss(transferId: string): void {
    const known = this._shown.get(transferId);
    if (known !== undefined) {
      this._shown.delete(transferId);
      this._options.manager.dismiss(known.id);
    }
  }

  private _messageOf(transfer: Transfer): string {
    const { trans } = this._options;
    const { fraction, isStuck, reasons } = progressOf(transfer);
    const to = printable(transfer.destination_name);
    const title = titleOf(transfer, trans);
    switch (transfer.state) {
      case 'succeeded':
        return trans.__('Completed: %1 to %2.', title, to);
      case 'failed':
        return trans.__(
          'Failed: %1 to %2. %3',
          title,
          to,
          printable(reasons[0] ?? '')
        );
      case 'canceled':
        return trans.__('Canceled: %1 to %2.', title, to);
      default:
        if (isStuck) {
          return trans.__(
            'Stuck: %1 to %2. %3',
            title,
            to,
            printable(reasons[0] ?? '')
          );
        }
        return fraction === null || fraction === 0
          ? trans.__('Sending %1 to %2.', title, to)
          : trans.__(
              'Sending %1 to %2: %3',
              title,
              to,
              formatPercent(fraction)
            );
    }
  }

  private _actionsOf(transfer: Transfer): Notification.IAction[] {
    const { trans, onShow } = this._options;
    const actions: Notification.IAction[] = [
      { label: trans.__('Show'), callback: onShow }
    ];
    const url = transfer.tasks
      .map(task => (task.kind === 'globus' ? task.view_url : null))
      .find(address => address !== null);
    if (url && isWebAddress(url)) {
      actions.push({
        label: trans.__('Open in Globus'),
        callback: () => {
          window.open(url, '_blank', 'noopener,noreferrer');
        }
      });
    }
    return actions;
  }

  private _keep(): void {
    void this._options.memory.keepUnfinished([...this._awaited]);
  }

  /** Ids of the transfers whose outcome is still to be announced. */
  private readonly _awaited = new Set<string>();
  private readonly _shown = new Map<
    string,
    { id: string; message: string; isEnd: boolean }
  >();
}

export namespace TransferNotifier {
  export interface IOptions {
    transfers: TransfersModel;
    preferences: Preferences;
    memory: Memory;
    trans: TranslationBundle;
    manager: Pick<typeof Notification.manager, 'notify' | 'update' | 'dismiss'>;
    /** Show the panel. */
    onShow: () => void;
  }
}

function outcomeOf(transfer: Transfer): Notification.TypeOptions {
  switch (transfer.state) {
    case 'succeeded':
      return 'success';
    case 'failed':
      return 'error';
    default:
      return 'info';
  }
}
