import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ILayoutRestorer } from '@jupyterlab/application';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { Sidebar } from '../panels/sidebar';
import { ISRegistryGlobus, PLUGIN_PREFIX } from '../tokens';

export const panelPlugin: JupyterFrontEndPlugin<void> = {
  id: `${PLUGIN_PREFIX}:panel`,
  description: 'Adds the sidebar with images, endpoints, and transfers.',
  autoStart: true,
  requires: [ISRegistryGlobus],
  optional: [ILayoutRestorer, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    shared: ISRegistryGlobus,
    restorer: ILayoutRestorer | null,
    translator: ITranslator | null
  ) => {
    const sidebar = new Sidebar({
      app: shared,
      commands: app.commands,
      translator: translator ?? nullTranslator
    });
    app.shell.add(sidebar, 'left', { rank: 600, type: 'SRegistry Globus' });
    restorer?.add(sidebar, sidebar.id);
    void app.restored.then(() => sidebar.ensureOpen());
  }
};
