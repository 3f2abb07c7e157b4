import { Notification } from '@jupyterlab/apputils';
import type { Bookmark } from '../../api/schema';
import type { AccountModel } from '../../models/account';
import { EndpointsModel } from '../../models/endpoints';
import { removeBookmark } from '../../panels/removebookmark';
import { FakeServer, Refusal } from '../support/server';
import { anAccount, settle, trans } from '../support/things';

const BOOKMARK = { id: 'b1', name: 'Data', endpoint_id: 'ep1', path: '/data/' };

/** A server that keeps bookmarks, and the model that lists them. */
async function make() {
  const server = new FakeServer();
  let kept: Bookmark[] = [BOOKMARK];
  server.on('GET bookmarks', () => ({ bookmarks: kept }));
  server.on('DELETE bookmarks/b1', () => {
    kept = [];
  });
  server.on('POST bookmarks', ({ body }) => {
    const bookmark = { ...(body as Omit<Bookmark, 'id'>), id: 'b2' };
    kept = [...kept, bookmark];
    return bookmark;
  });
  const endpoints = new EndpointsModel({ client: server.client });
  endpoints.setScope('bookmarks');
  await settle();
  const account = { account: anAccount() };
  const remove = () =>
    removeBookmark(
      BOOKMARK,
      endpoints,
      { account: account as AccountModel },
      trans
    );
  return { server, endpoints, account, remove };
}

const shown = () => Notification.manager.notifications;

async function undo(): Promise<void> {
  shown()[0]?.options.actions?.[0]?.callback(new MouseEvent('click'));
  await settle();
}

describe('removing a bookmark', () => {
  afterEach(() => Notification.manager.dismiss());

  it('says so, and creates it again on request, once', async () => {
    const { server, endpoints, remove } = await make();
    await remove();
    expect(endpoints.matchingBookmarks).toEqual([]);
    expect(shown().map(({ message }) => message)).toEqual([
      'Removed the bookmark Data.'
    ]);
    expect(shown()[0]?.options.actions?.map(({ label }) => label)).toEqual([
      'Undo'
    ]);
    await undo();
    expect(server.of('POST bookmarks').map(({ body }) => body)).toEqual([
      { name: 'Data', endpoint_id: 'ep1', path: '/data/' }
    ]);
    expect(endpoints.matchingBookmarks.map(({ name }) => name)).toEqual([
      'Data'
    ]);
    expect(shown()).toEqual([]);
    endpoints.dispose();
  });

  it('creates it once if the button is clicked twice', async () => {
    const { server, endpoints, remove } = await make();
    await remove();
    const button = shown()[0]!.options.actions![0]!;
    button.callback(new MouseEvent('click'));
    button.callback(new MouseEvent('click'));
    await settle();
    expect(server.count('POST bookmarks')).toBe(1);
    endpoints.dispose();
  });

  it('offers no undo if it failed', async () => {
    const { server, endpoints, remove } = await make();
    server.on('DELETE bookmarks/b1', () => {
      throw new Refusal(503, { message: 'Busy.', code: 'globus_busy' });
    });
    await remove();
    expect(shown()).toEqual([]);
    expect(endpoints.bookmarks).toMatchObject({ error: { message: 'Busy.' } });
    endpoints.dispose();
  });

  it('says why it could not be created again', async () => {
    const { server, endpoints, remove } = await make();
    await remove();
    server.on('POST bookmarks', () => {
      throw new Refusal(503, { message: 'Busy.', code: 'globus_busy' });
    });
    await undo();
    expect(shown().map(({ message }) => message)).toEqual([
      'Could not undo. Busy.'
    ]);
    endpoints.dispose();
  });

  it('is not created in the account of someone else', async () => {
    const { server, endpoints, account, remove } = await make();
    await remove();
    account.account = anAccount({
      identity: { ...anAccount().identity!, id: 'bob' }
    });
    await undo();
    expect(server.count('POST bookmarks')).toBe(0);
    expect(shown()[0]?.message).toContain('belongs to another account');
    endpoints.dispose();
  });
});
