import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { ISRegistryGlobus, SETTINGS_ID } from '../tokens';

export const settingsPlugin: JupyterFrontEndPlugin<void> = {
  id: SETTINGS_ID,
  description: 'Reads the settings of the Globus images panel.',
  autoStart: true,
  requires: [ISRegistryGlobus],
  optional: [ISettingRegistry],
  activate: (
    _: JupyterFrontEnd,
    shared: ISRegistryGlobus,
    registry: ISettingRegistry | null
  ) => {
    registry
      ?.load(SETTINGS_ID)
      .then(settings => shared.preferences.follow(settings))
      .catch((reason: unknown) => {
        console.warn(
          'Could not read the settings of sregistry-globus.',
          reason
        );
      });
  }
};
