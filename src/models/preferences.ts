import type { ISettingRegistry } from '@jupyterlab/settingregistry';
import { defaultOptions, SYNCS } from '../api/constants';
import type { TransferOptions } from '../api/schema';
import { Model } from './model';

/** The user's settings. Defaults apply until they are loaded, or if there are none. */
export class Preferences extends Model {
  /** Whether to show a notification for each transfer. */
  get hasNotifications(): boolean {
    return this._read('notifications') !== false;
  }

  /** Whether to ask before disconnecting, canceling, and removing finished transfers. */
  get hasConfirmations(): boolean {
    return this._read('confirmations') !== false;
  }

  /** What to do by default if the file already exists. */
  get sync(): TransferOptions['sync'] {
    const value = this._read('sync');
    return SYNCS.find(sync => sync === value) ?? defaultOptions.sync;
  }

  /** Use these settings from now on. */
  follow(settings: ISettingRegistry.ISettings): void {
    this._settings = settings;
    settings.changed.connect(this.changed, this);
    this.changed();
  }

  dispose(): void {
    this._settings?.changed.disconnect(this.changed, this);
    super.dispose();
  }

  private _read(name: string): unknown {
    return this._settings?.get(name).composite;
  }

  private _settings: ISettingRegistry.ISettings | null = null;
}
