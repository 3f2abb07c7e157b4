import type { Transfer } from '../../api/schema';
import { TransfersModel } from '../../models/transfers';
import { FakeServer, Refusal } from '../support/server';
import {
  aPage,
  anEventStream,
  aTransfer,
  aTask,
  countOf,
  settle
} from '../support/things';

function make(pollMs = 30_000) {
  const server = new FakeServer();
  const { events, emit } = anEventStream();
  const transfers = new TransfersModel({
    client: server.client,
    events,
    pollMs
  });
  server.on('GET transfers', () => aPage([aTransfer('a')]));
  return { server, transfers, emit };
}

const done = (id: string): Transfer =>
  aTransfer(id, { state: 'succeeded', tasks: [aTask({ state: 'succeeded' })] });

describe('TransfersModel', () => {
  it('loads one transfer after an event about it', async () => {
    const { server, transfers, emit } = make();
    await transfers.refresh();
    server.on('GET transfers/a', () => done('a'));
    emit('transfer', 'a');
    await settle();
    expect(server.count('GET transfers/a')).toBe(1);
    expect(transfers.get('a')?.state).toBe('succeeded');
    transfers.dispose();
  });

  it('makes two requests for many events in a row', async () => {
    const { server, transfers, emit } = make();
    const held = server.hold('GET transfers/a');
    for (let i = 0; i < 20; i++) {
      emit('transfer', 'a');
    }
    await settle();
    expect(server.count('GET transfers/a')).toBe(1);
    held.resolve(aTransfer('a'));
    await settle();
    expect(server.count('GET transfers/a')).toBe(2);
    transfers.dispose();
  });

  it('does not let a late list override a newer answer', async () => {
    const { server, transfers } = make();
    await transfers.refresh();
    const held = server.hold('GET transfers');
    const list = transfers.refresh();
    await settle();
    server.on('GET transfers/a', () => done('a'));
    await transfers.refreshOne('a');
    held.resolve(aPage([aTransfer('a')]));
    await list;
    expect(transfers.get('a')?.state).toBe('succeeded');
    transfers.dispose();
  });

  it('keeps a transfer created after the list was requested', async () => {
    const { server, transfers } = make();
    const held = server.hold('GET transfers');
    const list = transfers.refresh();
    await settle();
    server.on('POST transfers', () =>
      aTransfer('b', { created_at: 1_800_000_000 })
    );
    await transfers.send({
      sources: [],
      destination: { endpoint_id: 'ep1', path: '/' },
      options: aTransfer('b').options
    });
    held.resolve(aPage([aTransfer('a')]));
    await list;
    expect(transfers.transfers.map(transfer => transfer.id)).toEqual([
      'b',
      'a'
    ]);
    transfers.dispose();
  });

  it('does not let a late list restore a removed transfer', async () => {
    const { server, transfers } = make();
    server.on('GET transfers', () => aPage([done('a')]));
    await transfers.refresh();
    const held = server.hold('GET transfers');
    const list = transfers.refresh();
    await settle();
    server.on('DELETE transfers/a', () => undefined);
    await transfers.forget('a');
    held.resolve(aPage([done('a')]));
    await list;
    expect(transfers.transfers).toEqual([]);
    transfers.dispose();
  });

  it('drops transfers that the server removed', async () => {
    const { server, transfers } = make();
    await transfers.refresh();
    server.on('GET transfers', () => aPage([], ['a']));
    await transfers.refresh();
    expect(transfers.transfers).toEqual([]);
    transfers.dispose();
  });

  it('requests only changes, and keeps the rest', async () => {
    const { server, transfers } = make();
    await transfers.refresh();
    server.on('GET transfers', seen =>
      seen.query.since === '7'
        ? aPage([aTransfer('b', { created_at: 1 })], [], 8)
        : aPage([])
    );
    await transfers.refresh();
    expect(transfers.transfers.map(({ id }) => id)).toEqual(['a', 'b']);
    transfers.dispose();
  });

  it('loads the pages of a long list only once', async () => {
    const { server, transfers } = make();
    const finished = Array.from({ length: 1500 }, (_, index) =>
      aTransfer(`t${index}`, { state: 'succeeded' })
    );
    server.on('GET transfers', ({ query }) => {
      const offset = Number(query.offset ?? 0);
      return query.since === undefined
        ? aPage(finished.slice(offset, offset + Number(query.limit)))
        : aPage([]);
    });
    await transfers.refresh();
    expect(transfers.transfers).toHaveLength(1500);
    await transfers.refresh();
    await transfers.refresh();
    expect(transfers.transfers).toHaveLength(1500);
    const queries = server.of('GET transfers').map(({ query }) => query);
    expect(queries).toEqual([
      { limit: '1000' },
      { offset: '1000', limit: '1000' },
      { since: '7' },
      { since: '7' }
    ]);
    transfers.dispose();
  });

  it('reloads everything if the record was replaced', async () => {
    const { server, transfers } = make();
    await transfers.refresh();
    server.on('GET transfers', seen =>
      seen.query.since === undefined
        ? aPage([aTransfer('c')], [], 1)
        : aPage([], [], 1)
    );
    await transfers.refresh();
    expect(transfers.transfers.map(({ id }) => id)).toEqual(['c']);
    transfers.dispose();
  });

  it('reloads everything for another account', async () => {
    const { server, transfers, emit } = make();
    await transfers.refresh();
    server.on('GET transfers', seen =>
      seen.query.since === undefined
        ? aPage([aTransfer('c')], [], 9)
        : aPage([], [], 9)
    );
    emit('account', '');
    await settle();
    expect(transfers.transfers.map(({ id }) => id)).toEqual(['c']);
    transfers.dispose();
  });

  it('shows a failed cancel at its transfer, and allows another try', async () => {
    const { server, transfers } = make();
    await transfers.refresh();
    server.on('POST transfers/a/cancel', () => {
      throw new Refusal(409, {
        message: 'It has ended.',
        code: 'transfer_finished'
      });
    });
    await transfers.cancel('a');
    expect(transfers.errorOf('a')?.message).toBe('It has ended.');
    expect(transfers.isBusy('a')).toBe(false);
    server.on('POST transfers/a/cancel', () =>
      aTransfer('a', { is_cancel_asked: true })
    );
    await transfers.cancel('a');
    expect(transfers.errorOf('a')).toBeNull();
    expect(transfers.get('a')?.is_cancel_asked).toBe(true);
    transfers.dispose();
  });

  it('cancels once, however often the user clicks', async () => {
    const { server, transfers } = make();
    await transfers.refresh();
    const held = server.hold('POST transfers/a/cancel');
    void transfers.cancel('a');
    void transfers.cancel('a');
    await settle();
    expect(server.count('POST transfers/a/cancel')).toBe(1);
    held.resolve(aTransfer('a'));
    await settle();
    transfers.dispose();
  });

  it('signals a transfer only when it changed', async () => {
    const { transfers } = make();
    const changes = countOf(transfers.transferChanged);
    await transfers.refresh();
    await transfers.refresh();
    expect(changes()).toBe(1);
    transfers.dispose();
  });

  it('keeps the last list if reloading fails, and says why', async () => {
    const { server, transfers } = make();
    await transfers.refresh();
    server.on('GET transfers', () => {
      throw new Refusal(500, { message: 'Broken.', code: 'internal_error' });
    });
    await transfers.refresh();
    expect(transfers.transfers).toHaveLength(1);
    expect(transfers.error?.message).toBe('Broken.');
    transfers.dispose();
  });

  describe('polling', () => {
    const show = (visibility: 'visible' | 'hidden') => {
      jest
        .spyOn(document, 'visibilityState', 'get')
        .mockReturnValue(visibility);
      document.dispatchEvent(new Event('visibilitychange'));
    };

    beforeEach(() => show('visible'));

    afterEach(() => jest.restoreAllMocks());

    const wait = (ms: number) => new Promise(done => setTimeout(done, ms));

    it('polls while the page is visible', async () => {
      const { server, transfers } = make(20);
      transfers.start();
      await wait(200);
      expect(server.count('GET transfers')).toBeGreaterThan(2);
      transfers.dispose();
    });

    it('does not poll while the page is hidden or after disposal', async () => {
      const { server, transfers } = make(20);
      transfers.start();
      await wait(100);
      show('hidden');
      await wait(60);
      const before = server.count('GET transfers');
      await wait(150);
      expect(server.count('GET transfers')).toBe(before);
      show('visible');
      transfers.dispose();
      await wait(100);
      expect(server.count('GET transfers')).toBe(before);
    });
  });
});
