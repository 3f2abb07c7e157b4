import type { JupyterFrontEnd } from '@jupyterlab/application';
import { IStatusBar } from '@jupyterlab/statusbar';
import { CommandRegistry } from '@lumino/commands';

import { TransfersModel } from '../../models/transfers';
import { statusPlugin } from '../../plugins/status';
import { FakeServer } from '../support/server';
import { anEventStream } from '../support/things';

function activate(statusBar: IStatusBar | null): void {
  const transfers = new TransfersModel({
    client: new FakeServer().client,
    events: anEventStream().events
  });
  const app = { commands: new CommandRegistry() } as JupyterFrontEnd;
  void statusPlugin.activate(app, { transfers }, statusBar, null);
  transfers.dispose();
}

it('adds its item to a status bar', () => {
  const registerStatusItem = jest.fn();
  activate({ registerStatusItem });
  expect(registerStatusItem).toHaveBeenCalledTimes(1);
});

it('does without a status bar, as in Notebook 7', () => {
  expect(statusPlugin.requires).not.toContain(IStatusBar);
  expect(statusPlugin.optional).toContain(IStatusBar);
  expect(() => activate(null)).not.toThrow();
});
