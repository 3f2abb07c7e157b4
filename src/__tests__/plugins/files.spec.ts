import type { JupyterFrontEnd } from '@jupyterlab/application';
import { Dialog } from '@jupyterlab/apputils';
import type { IDocumentWidget } from '@jupyterlab/docregistry';
import { DocumentModel, DocumentRegistry } from '@jupyterlab/docregistry';
import type { Contents } from '@jupyterlab/services';
import { ContentsManager, Drive } from '@jupyterlab/services';
import { dismissDialog, waitForDialog } from '@jupyterlab/testing';
import { CommandRegistry } from '@lumino/commands';
import { Signal } from '@lumino/signaling';
import { Widget } from '@lumino/widgets';

import { CommandIDs } from '../../commands';
import { AccountModel } from '../../models/account';
import { Memory } from '../../models/memory';
import { Preferences } from '../../models/preferences';
import { filesPlugin } from '../../plugins/files';
import { stubResizeObserver } from '../support/page';
import { FakeServer, Refusal } from '../support/server';
import { anEventStream, aStatus, settle } from '../support/things';

const NOT_ON_SERVER =
  'hello.sif is on the drive S3. Only files on this Jupyter server can be sent.';

const NOT_ON_DISK =
  'This server does not keep its files on disk, so they cannot be sent from here.';

let server: FakeServer;
let account: AccountModel;
let contents: ContentsManager;
let commands: CommandRegistry;
let docRegistry: DocumentRegistry;
let selection: Partial<Contents.IModel>[];

beforeAll(stubResizeObserver);

beforeEach(async () => {
  server = new FakeServer();
  const serverSettings = server.settings;
  contents = new ContentsManager({ serverSettings });
  contents.addDrive(new Drive({ name: 'S3', serverSettings }));
  contents.addDrive(new Drive({ name: 'RTC', serverSettings }));
  commands = new CommandRegistry();
  docRegistry = new DocumentRegistry();
  selection = [];
  const app = { commands, docRegistry, serviceManager: { contents } };
  account = new AccountModel({
    client: server.client,
    events: anEventStream().events,
    openTab: () => null,
    pageUrl: () => ''
  });
  const shared = {
    client: server.client,
    account,
    preferences: new Preferences(),
    memory: new Memory(null)
  };
  const browsers = {
    tracker: { currentWidget: { selectedItems: () => selection.values() } }
  };
  await filesPlugin.activate(
    app as unknown as JupyterFrontEnd,
    shared,
    browsers,
    null
  );
});

afterEach(() => {
  Dialog.flush();
});

/** Send files, and return the dialog that opens. */
async function send(args: { paths?: string[] } = {}): Promise<HTMLElement> {
  void commands.execute(CommandIDs.sendFiles, args);
  await waitForDialog();
  await settle();
  return document.querySelector<HTMLElement>('.jp-Dialog')!;
}

/** Return the path of each source in the send dialog. */
function pathsIn(dialog: HTMLElement): (string | null)[] {
  const names = dialog.querySelectorAll('.jp-SRegistryGlobus-plan [title]');
  return [...names].map(name => name.getAttribute('title'));
}

function file(path: string): Partial<Contents.IModel> {
  return { type: 'file', path, name: 'hello.sif', size: 7 };
}

async function open(path: string): Promise<IDocumentWidget> {
  const context = {
    path,
    localPath: contents.localPath(path),
    ready: Promise.resolve(),
    model: new DocumentModel(),
    contentsModel: null,
    pathChanged: new Signal({})
  } as unknown as DocumentRegistry.Context;
  const page = docRegistry
    .getWidgetFactory('Container Image')!
    .createNew(context);
  Widget.attach(page, document.body);
  await settle();
  return page;
}

describe('sending files', () => {
  it.each([
    ['hello.sif', 'hello.sif'],
    ['a folder/hello.sif', 'a folder/hello.sif'],
    ['RTC:hello.sif', 'hello.sif'],
    // A file name, because there is no such drive.
    ['S4:hello.sif', 'S4:hello.sif']
  ])('sends the path %s as %s of this server', async (path, localPath) => {
    expect(pathsIn(await send({ paths: [path] }))).toEqual([localPath]);
    await dismissDialog();
  });

  it('sends nothing from another drive, and says why', async () => {
    const dialog = await send({ paths: ['S3:hello.sif'] });
    expect(dialog.textContent).toContain(NOT_ON_SERVER);
    expect(pathsIn(dialog)).toEqual([]);
    await dismissDialog();
  });

  it('sends no part of a selection that is partly on another drive', async () => {
    const dialog = await send({ paths: ['hello.sif', 'S3:hello.sif'] });
    expect(dialog.textContent).toContain(NOT_ON_SERVER);
    expect(pathsIn(dialog)).toEqual([]);
    await dismissDialog();
  });

  it('also says why for a file selected in the file browser', async () => {
    selection = [file('S3:hello.sif')];
    expect(commands.isVisible(CommandIDs.sendFiles)).toBe(true);
    expect((await send()).textContent).toContain(NOT_ON_SERVER);
    await dismissDialog();
    selection = [file('RTC:hello.sif')];
    expect(pathsIn(await send())).toEqual(['hello.sif']);
    await dismissDialog();
  });
});

describe('a server that keeps no files on disk', () => {
  beforeEach(async () => {
    server.on('GET status', () => aStatus({ files_refusal: NOT_ON_DISK }));
    await account.start();
  });

  afterEach(() => account.dispose());

  it('offers nothing in the file browser', () => {
    selection = [file('hello.sif')];
    expect(commands.isVisible(CommandIDs.sendFiles)).toBe(false);
    expect(commands.isEnabled(CommandIDs.sendFiles)).toBe(false);
  });

  it('says why to a caller that names files', async () => {
    const dialog = await send({ paths: ['hello.sif'] });
    expect(dialog.textContent).toContain(NOT_ON_DISK);
    expect(pathsIn(dialog)).toEqual([]);
    await dismissDialog();
  });

  it('says why on the page of a file, and offers nothing there', async () => {
    server.on('GET image', () => {
      throw new Refusal(403, {
        message: NOT_ON_DISK,
        code: 'path_not_allowed'
      });
    });
    const page = await open('hello.sif');
    expect(page.node.textContent).toContain(NOT_ON_DISK);
    expect(page.node.textContent).not.toContain('Send to');
    page.dispose();
  });
});

describe('the page of an image file', () => {
  it.each(['hello.sif', 'RTC:hello.sif'])(
    'reads %s from this server',
    async path => {
      const page = await open(path);
      expect(server.of('GET image').map(({ query }) => query)).toEqual([
        { path: 'hello.sif' }
      ]);
      page.dispose();
    }
  );

  it('shows no file of the server for a file on another drive', async () => {
    const page = await open('S3:hello.sif');
    expect(server.of('GET image')).toEqual([]);
    expect(page.node.textContent).toContain(NOT_ON_SERVER);
    expect(page.node.textContent).not.toContain('Send to');
    page.dispose();
  });
});
