import { Token } from '@lumino/coreutils';
import type { IDisposable } from '@lumino/disposable';
import type { Client } from './api/client';
import type { LoginAction } from './api/schema';
import type { AccountModel } from './models/account';
import type { CatalogModel } from './models/catalog';
import type { EndpointsModel } from './models/endpoints';
import type { FolderModel } from './models/folder';
import type { Memory } from './models/memory';
import type { Preferences } from './models/preferences';
import type { TransfersModel } from './models/transfers';

/** What our plugins share: one client, one of each model. */
export interface ISRegistryGlobus extends IDisposable {
  readonly client: Client;
  readonly account: AccountModel;
  readonly catalog: CatalogModel;
  readonly endpoints: EndpointsModel;
  readonly folder: FolderModel;
  readonly transfers: TransfersModel;
  readonly preferences: Preferences;
  readonly memory: Memory;

  /** Read what the panel shows, the first time it is shown. */
  wake(): void;

  /**
   * Log in for exactly what is asked, then go on with what was interrupted.
   * Must be called in the click itself.
   */
  logIn(action: LoginAction | null, goOn?: () => void): void;
}

export const ISRegistryGlobus = new Token<ISRegistryGlobus>(
  'jupyterlab-sregistry-globus:ISRegistryGlobus',
  'Registry images, Globus endpoints, and transfers between them.'
);

export const PLUGIN_PREFIX = 'jupyterlab-sregistry-globus';

/** The plugin whose settings and menus stand in schema/plugin.json. */
export const SETTINGS_ID = `${PLUGIN_PREFIX}:plugin`;

/** The domain of our texts. */
export const TRANSLATION_DOMAIN = 'jupyterlab_sregistry_globus';

/** What a magic's output carries: `{transfer: Transfer}`. */
export const TRANSFER_MIME_TYPE =
  'application/vnd.sregistry-globus.transfer+json';

/** The file type of image files, as the file browser marks them. */
export const IMAGE_FILE_TYPE = 'apptainer-image';

/** File-name endings of images. The server's own list can't be awaited when files are first shown. */
export const IMAGE_EXTENSIONS = [
  '.sif',
  '.simg',
  '.img',
  '.sqsh',
  '.squashfs',
  '.sqfs'
];
