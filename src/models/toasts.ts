import type { Notification } from '@jupyterlab/apputils';

type Manager = Pick<
  typeof Notification.manager,
  'has' | 'notify' | 'update' | 'dismiss'
>;

/** The longest that JupyterLab takes to draw its first notification. */
const DRAWN_AFTER_MS = 1000;

/**
 * JupyterLab's notifications, without lost updates.
 *
 * Until JupyterLab has drawn a notification, it treats an update as a second notification with the
 * same id, and drops it. So updates wait until then, and only the last one is applied.
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

  /** Update a notification. Returns whether it exists, as JupyterLab's own method does. */
  readonly update: Manager['update'] = args => {
    if (!this._held.has(args.id)) {
      return this._manager.update(args);
    }
    this._held.set(args.id, args);
    return this._manager.has(args.id);
  };

  readonly dismiss: Manager['dismiss'] = id => {
    // While it is being drawn, JupyterLab would miss this, too.
    if (id !== undefined && this._held.has(id)) {
      this._ended.add(id);
    } else {
      this._manager.dismiss(id);
    }
  };

  private _onDrawn(id: string): void {
    const held = this._held.get(id);
    this._held.delete(id);
    if (this._ended.delete(id)) {
      this._manager.dismiss(id);
    } else if (held) {
      this._manager.update(held);
    }
  }

  /** Notifications to be dismissed once they are drawn. */
  private readonly _ended = new Set<string>();
  /** The pending update of each notification that is being drawn. Null if there is none. */
  private readonly _held = new Map<
    string,
    Parameters<Manager['update']>[0] | null
  >();
}
