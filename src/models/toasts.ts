import type { Notification } from '@jupyterlab/apputils';

type Manager = Pick<typeof Notification.manager, 'has' | 'notify' | 'update'>;

/** JupyterLab takes this long at most, the first time, until a notification is on the page. */
const DRAWN_AFTER_MS = 1000;

/**
 * JupyterLab's notifications, but with no update lost.
 *
 * Until it has drawn a notification, JupyterLab takes an update of it for a second notification
 * of the same id, and drops it. So an update waits until then; the last one of several counts.
 */
export class Toasts {
  constructor(
    private readonly _manager: Manager,
    private readonly _drawnAfterMs = DRAWN_AFTER_MS
  ) {}

  readonly notify: Manager['notify'] = (message, type, options) => {
    const id = this._manager.notify(message, type, options);
    this._held.set(id, null);
    setTimeout(() => this._onDrawn(id), this._drawnAfterMs);
    return id;
  };

  /** Whether there is such a notification, as JupyterLab's own says it. */
  readonly update: Manager['update'] = args => {
    if (!this._held.has(args.id)) {
      return this._manager.update(args);
    }
    this._held.set(args.id, args);
    return this._manager.has(args.id);
  };

  private _onDrawn(id: string): void {
    const held = this._held.get(id);
    this._held.delete(id);
    if (held) {
      this._manager.update(held);
    }
  }

  /** What waits for each notification that is being drawn; null where nothing does. */
  private readonly _held = new Map<
    string,
    Parameters<Manager['update']>[0] | null
  >();
}
