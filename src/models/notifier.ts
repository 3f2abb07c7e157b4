import type { Notification } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { Send } from '../api/schema';
import { formatPercent } from '../format';
import { isWebAddress } from '../urls';
import { titleOf } from '../words';
import type { Memory } from './memory';
import type { Preferences } from './preferences';
import { progressOf } from './progress';
import type { SendsModel } from './sends';
import { isUnderWay } from './sends';

const TOAST_MS = 6000;

/**
 * One notification a send: it comes when the send begins, follows it, and ends as its outcome.
 *
 * After a reload, a send that ended meanwhile is told of once; one that ended before is not.
 */
export class SendNotifier {
  constructor(private readonly _options: SendNotifier.IOptions) {}

  async start(): Promise<void> {
    const { memory, sends } = this._options;
    (await memory.unfinished()).forEach(id => this._awaited.add(id));
    sends.sendChanged.connect(this._onSendChanged, this);
    sends.sends.forEach(send => this._tell(send));
  }

  private _onSendChanged(_: SendsModel, send: Send): void {
    this._tell(send);
  }

  private _tell(send: Send): void {
    if (isUnderWay(send)) {
      if (!this._awaited.has(send.id)) {
        this._awaited.add(send.id);
        this._keep();
      }
      this._show(send, 'in-progress');
    } else if (this._awaited.delete(send.id)) {
      this._keep();
      this._show(send, outcomeOf(send));
      this._shown.delete(send.id);
    }
  }

  private _show(send: Send, type: Notification.TypeOptions): void {
    const { manager, preferences } = this._options;
    if (!preferences.hasNotifications) {
      return;
    }
    const known = this._shown.get(send.id);
    const message = this._messageOf(send);
    const actions = this._actionsOf(send);
    const isEnd = type !== 'in-progress';
    if (known === undefined) {
      const id = manager.notify(message, type, {
        actions,
        autoClose: TOAST_MS
      });
      this._shown.set(send.id, { id, message, isEnd });
    } else if (known.message !== message || known.isEnd !== isEnd) {
      const autoClose = isEnd ? TOAST_MS : undefined;
      // One that was dismissed stays dismissed until the outcome, which is told anew.
      if (
        !manager.update({ id: known.id, message, type, actions, autoClose }) &&
        isEnd
      ) {
        manager.notify(message, type, { actions, autoClose: TOAST_MS });
      }
      this._shown.set(send.id, { id: known.id, message, isEnd });
    }
  }

  private _messageOf(send: Send): string {
    const { trans } = this._options;
    const { fraction, isStuck, reasons } = progressOf(send);
    const to = send.destination_name;
    const title = titleOf(send, trans);
    switch (send.state) {
      case 'succeeded':
        return trans.__('%1 arrived at %2.', title, to);
      case 'failed':
        return trans.__('%1 did not reach %2. %3', title, to, reasons[0] ?? '');
      case 'canceled':
        return trans.__('The transfer of %1 to %2 was canceled.', title, to);
      default:
        if (isStuck) {
          return trans.__(
            '%1 is stuck on its way to %2. %3',
            title,
            to,
            reasons[0] ?? ''
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

  private _actionsOf(send: Send): Notification.IAction[] {
    const { trans, onShow } = this._options;
    const actions: Notification.IAction[] = [
      { label: trans.__('Show'), callback: onShow }
    ];
    const url = send.tasks.find(task => task.view_url !== null)?.view_url;
    if (url && isWebAddress(url)) {
      actions.push({
        label: trans.__('View task'),
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

  /** Sends whose end is to be told. */
  private readonly _awaited = new Set<string>();
  private readonly _shown = new Map<
    string,
    { id: string; message: string; isEnd: boolean }
  >();
}

export namespace SendNotifier {
  export interface IOptions {
    sends: SendsModel;
    preferences: Preferences;
    memory: Memory;
    trans: TranslationBundle;
    manager: Pick<typeof Notification.manager, 'notify' | 'update'>;
    /** Show the panel. */
    onShow: () => void;
  }
}

function outcomeOf(send: Send): Notification.TypeOptions {
  switch (send.state) {
    case 'succeeded':
      return 'success';
    case 'failed':
      return 'error';
    default:
      return 'info';
  }
}
