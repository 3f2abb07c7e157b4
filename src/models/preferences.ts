import type { ISettingRegistry } from '@jupyterlab/settingregistry';
import { defaultOptions, SYNCS } from '../api/constants';
import type { TransferOptions } from '../api/schema';
import { Model } from './model';

/** A person's settings; the defaults hold until they are read, and where there are none. */
export class Preferences extends Model {
  /** Whether each transfer gets a notification. */
  get hasNotifications(): boolean {
    return this._read('notifications') !== false;
  }

  /** Whether disconnecting and canceling are asked about first. */
  get hasConfirmations(): boolean {
    return this._read('confirmations') !== false;
  }

  /** What happens to a file of the same name, unless the form says otherwise. */
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
