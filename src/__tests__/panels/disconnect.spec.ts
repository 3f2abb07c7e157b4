import { Dialog } from '@jupyterlab/apputils';
import {
  acceptDialog,
  dismissDialog,
  waitForDialog
} from '@jupyterlab/testing';
import type { Transfer } from '../../api/schema';
import { AccountModel } from '../../models/account';
import { Preferences } from '../../models/preferences';
import { TransfersModel } from '../../models/transfers';
import { disconnect } from '../../panels/disconnect';
import { FakeServer, Refusal } from '../support/server';
import {
  anEventStream,
  aPage,
  aStatus,
  aTransfer,
  settle,
  trans
} from '../support/things';
import { anUpload } from '../support/uploads';

/** A connected account with these transfers, and a server that refuses if it has uploads. */
async function make(transfers: Transfer[], hasUploads: boolean) {
  const server = new FakeServer();
  const { events } = anEventStream();
  const { client } = server;
  server.on('GET status', () => aStatus());
  server.on('GET account', () => aStatus().account);
  server.on('GET transfers', () => aPage(transfers));
  server.on('DELETE account', ({ query }) => {
    if (hasUploads && query.uploads === undefined) {
      throw new Refusal(409, { code: 'uploads_active', message: 'Uploads.' });
    }
    return { message: '', is_revoked: true };
  });
  const account = new AccountModel({
    client,
    events,
    openTab: () => null,
    pageUrl: () => 'http://localhost/lab'
  });
  const list = new TransfersModel({ client, events });
  await account.start();
  await list.refresh();
  const preferences = new Preferences();
  jest.spyOn(preferences, 'hasConfirmations', 'get').mockReturnValue(false);
  return {
    end: () => disconnect({ account, preferences, transfers: list }, trans),
    asked: () => server.of('DELETE account').map(({ query }) => query),
    dispose: () => {
      account.dispose();
      list.dispose();
    }
  };
}

function press(label: string): void {
  const buttons = [...document.querySelectorAll('.jp-Dialog button')];
  const button = buttons.find(node => node.textContent === label);
  (button as HTMLElement).click();
}

describe('disconnecting', () => {
  afterEach(() => Dialog.flush());

  it('asks nothing without uploads and without confirmations', async () => {
    const { end, asked, dispose } = await make([aTransfer('a')], false);
    await end();
    expect(asked()).toEqual([{}]);
    dispose();
  });

  it.each([
    ['Keep for later', 'keep'],
    ['Cancel uploads', 'cancel'],
    ['Finish', 'finish']
  ])('during an upload asks, and does it: %s', async (label, uploads) => {
    const active = aTransfer('a', { tasks: [anUpload()] });
    const { end, asked, dispose } = await make([active], true);
    const ended = end();
    await waitForDialog();
    expect(asked()).toEqual([]);
    press(label);
    await ended;
    expect(asked()).toEqual([{ uploads }]);
    dispose();
  });

  it('stays connected if the user says so', async () => {
    const active = aTransfer('a', { tasks: [anUpload()] });
    const { end, asked, dispose } = await make([active], true);
    const ended = end();
    await waitForDialog();
    await dismissDialog();
    await ended;
    expect(asked()).toEqual([]);
    dispose();
  });

  it('asks about uploads that only the server knows', async () => {
    const { end, asked, dispose } = await make([], true);
    const ended = end();
    await settle();
    await waitForDialog();
    await acceptDialog(); // the default: finish
    await ended;
    expect(asked()).toEqual([{}, { uploads: 'finish' }]);
    dispose();
  });
});
