import { appPlugin } from './plugins/app';
import { commandsPlugin } from './plugins/commands';
import { filesPlugin } from './plugins/files';
import { notificationsPlugin } from './plugins/notifications';
import { panelPlugin } from './plugins/panel';
import { rendererPlugin } from './plugins/renderer';
import { settingsPlugin } from './plugins/settings';
import { statusPlugin } from './plugins/status';

export * from './tokens';

export default [
  appPlugin,
  settingsPlugin,
  commandsPlugin,
  panelPlugin,
  filesPlugin,
  statusPlugin,
  notificationsPlugin,
  rendererPlugin
];
