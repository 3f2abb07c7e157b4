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
import type { QuickSend } from './models/quicksend';
import type { TransfersModel } from './models/transfers';

/** What our plugins share: one client and one instance of each model. */
export interface ISRegistryGlobus extends IDisposable {
  readonly client: Client;
  readonly account: AccountModel;
  readonly catalog: CatalogModel;
  readonly endpoints: EndpointsModel;
  readonly folder: FolderModel;
  readonly transfers: TransfersModel;
  readonly preferences: Preferences;
  readonly memory: Memory;
  readonly quickSend: QuickSend;

  /** Load what the panel shows. Called each time the panel is shown; only the first call loads. */
  wake(): void;

  /**
   * Log in as the action requires, then resume the interrupted work.
   * Must be called within a click.
   */
  logIn(action: LoginAction | null, goOn?: () => void): void;
}

export const ISRegistryGlobus = new Token<ISRegistryGlobus>(
  'jupyterlab-sregistry-globus:ISRegistryGlobus',
  'Registry images, Globus endpoints, and transfers between them.'
);

export const PLUGIN_PREFIX = 'jupyterlab-sregistry-globus';

/** The plugin whose settings and menus are in schema/plugin.json. */
export const SETTINGS_ID = `${PLUGIN_PREFIX}:plugin`;

/** The translation domain of our texts. */
export const TRANSLATION_DOMAIN = 'jupyterlab_sregistry_globus';

/** The MIME type of a magic's output: `{transfer: Transfer}`. */
export const TRANSFER_MIME_TYPE =
  'application/vnd.sregistry-globus.transfer+json';

/** The file type of image files in the file browser. */
export const IMAGE_FILE_TYPE = 'apptainer-image';

/** Extensions of image files. File types are registered before the server's own list is loaded. */
export const IMAGE_EXTENSIONS = [
  '.sif',
  '.simg',
  '.img',
  '.sqsh',
  '.squashfs',
  '.sqfs'
];
