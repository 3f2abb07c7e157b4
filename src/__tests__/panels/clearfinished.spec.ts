import { Dialog, Notification } from '@jupyterlab/apputils';
import {
  acceptDialog,
  dismissDialog,
  waitForDialog
} from '@jupyterlab/testing';
import { Preferences } from '../../models/preferences';
import { TransfersModel } from '../../models/transfers';
import { clearFinished } from '../../panels/clearfinished';
import { FakeServer } from '../support/server';
import {
  anEventStream,
  aPage,
  aTransfer,
  settle,
  trans
} from '../support/things';

/** A list of one active and several finished transfers. */
async function make(finished: number, hasConfirmations = true) {
  const server = new FakeServer();
  const { events, emit } = anEventStream();
  const transfers = new TransfersModel({ client: server.client, events });
  const list = [aTransfer('active')];
  for (let i = 0; i < finished; i++) {
    list.push(aTransfer(`t${i}`, { state: 'succeeded' }));
  }
  server.on('GET transfers', () => aPage(list));
  server.on('DELETE transfers', () => ({
    ids: transfers.finished.map(({ id }) => id)
  }));
  await transfers.refresh();
  const preferences = new Preferences();
  jest
    .spyOn(preferences, 'hasConfirmations', 'get')
    .mockReturnValue(hasConfirmations);
  const clear = () => clearFinished({ preferences, transfers }, trans);
  return { server, emit, transfers, clear };
}

const dialogText = () => document.querySelector('.jp-Dialog')?.textContent;

describe('clearing finished transfers', () => {
  afterEach(() => {
    Dialog.flush();
    Notification.manager.dismiss();
  });

  it('asks with their number, and then removes them', async () => {
    const { server, transfers, clear } = await make(500);
    const cleared = clear();
    await waitForDialog();
    expect(dialogText()).toContain('Remove 500 finished transfers?');
    expect(server.count('DELETE transfers')).toBe(0);
    await acceptDialog();
    await cleared;
    expect(transfers.transfers.map(({ id }) => id)).toEqual(['active']);
    transfers.dispose();
  });

  it('says how many it removed, and puts them back on request', async () => {
    const { server, transfers, clear } = await make(2, false);
    await clear();
    const [shown] = Notification.manager.notifications;
    expect(shown?.message).toBe('Removed 2 finished transfers.');
    server.on('POST transfers/restore', ({ body }) => body);
    shown?.options.actions?.[0]?.callback(new MouseEvent('click'));
    await settle();
    expect(server.of('POST transfers/restore').map(({ body }) => body)).toEqual(
      [{ ids: ['t0', 't1'] }]
    );
    expect(transfers.transfers).toHaveLength(3);
    transfers.dispose();
  });

  it('removes nothing if the user cancels', async () => {
    const { server, transfers, clear } = await make(1);
    const cleared = clear();
    await waitForDialog();
    expect(dialogText()).toContain('Remove 1 finished transfer?');
    await dismissDialog();
    await cleared;
    expect(server.count('DELETE transfers')).toBe(0);
    expect(transfers.transfers).toHaveLength(2);
    transfers.dispose();
  });

  it('asks again if more have finished meanwhile', async () => {
    const { server, emit, transfers, clear } = await make(2);
    const cleared = clear();
    await waitForDialog();
    server.on('GET transfers/active', () =>
      aTransfer('active', { state: 'succeeded' })
    );
    emit('transfer', 'active');
    await settle();
    await acceptDialog();
    await settle();
    await waitForDialog();
    expect(dialogText()).toContain('Remove 3 finished transfers?');
    expect(server.count('DELETE transfers')).toBe(0);
    await acceptDialog();
    await cleared;
    expect(transfers.transfers).toEqual([]);
    transfers.dispose();
  });

  it('does not ask a user who turned confirmations off', async () => {
    const { transfers, clear } = await make(2, false);
    await clear();
    expect(transfers.transfers.map(({ id }) => id)).toEqual(['active']);
    transfers.dispose();
  });
});
