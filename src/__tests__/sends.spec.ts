import type { Send } from '../api/schema';
import { SendsModel } from '../models/sends';
import { FakeServer, Refusal } from './support/server';
import { anEventStream, aSend, aTask, countOf, settle } from './support/things';

function make(pollMs = 30_000) {
  const server = new FakeServer();
  const { events, emit } = anEventStream();
  const sends = new SendsModel({ client: server.client, events, pollMs });
  server.on('GET sends', () => ({ sends: [aSend('a')] }));
  return { server, sends, emit };
}

const done = (id: string): Send =>
  aSend(id, { state: 'succeeded', tasks: [aTask({ state: 'succeeded' })] });

describe('SendsModel', () => {
  it('reads one send when an event hints at it', async () => {
    const { server, sends, emit } = make();
    await sends.refresh();
    server.on('GET sends/a', () => done('a'));
    emit('send', 'a');
    await settle();
    expect(server.count('GET sends/a')).toBe(1);
    expect(sends.get('a')?.state).toBe('succeeded');
    sends.dispose();
  });

  it('makes of many hints in a row one request and one more', async () => {
    const { server, sends, emit } = make();
    const held = server.hold('GET sends/a');
    for (let i = 0; i < 20; i++) {
      emit('send', 'a');
    }
    await settle();
    expect(server.count('GET sends/a')).toBe(1);
    held.resolve(aSend('a'));
    await settle();
    expect(server.count('GET sends/a')).toBe(2);
    sends.dispose();
  });

  it('does not let a late list take back what a newer answer said', async () => {
    const { server, sends } = make();
    await sends.refresh();
    const held = server.hold('GET sends');
    const list = sends.refresh();
    await settle();
    server.on('GET sends/a', () => done('a'));
    await sends.refreshOne('a');
    held.resolve({ sends: [aSend('a')] });
    await list;
    expect(sends.get('a')?.state).toBe('succeeded');
    sends.dispose();
  });

  it('keeps a send that was made after the list was asked for', async () => {
    const { server, sends } = make();
    const held = server.hold('GET sends');
    const list = sends.refresh();
    await settle();
    server.on('POST sends', () => aSend('b', { created_at: 1_800_000_000 }));
    await sends.send({
      sources: [],
      destination: { endpoint_id: 'ep1', path: '/' },
      options: aSend('b').options
    });
    held.resolve({ sends: [aSend('a')] });
    await list;
    expect(sends.sends.map(send => send.id)).toEqual(['b', 'a']);
    sends.dispose();
  });

  it('does not let a late list bring back what was removed', async () => {
    const { server, sends } = make();
    server.on('GET sends', () => ({ sends: [done('a')] }));
    await sends.refresh();
    const held = server.hold('GET sends');
    const list = sends.refresh();
    await settle();
    server.on('DELETE sends/a', () => undefined);
    await sends.forget('a');
    held.resolve({ sends: [done('a')] });
    await list;
    expect(sends.sends).toEqual([]);
    sends.dispose();
  });

  it('drops what the server no longer lists', async () => {
    const { server, sends } = make();
    await sends.refresh();
    server.on('GET sends', () => ({ sends: [] }));
    await sends.refresh();
    expect(sends.sends).toEqual([]);
    sends.dispose();
  });

  it('shows a refused cancel beside its send, and lets it be tried again', async () => {
    const { server, sends } = make();
    await sends.refresh();
    server.on('POST sends/a/cancel', () => {
      throw new Refusal(409, {
        message: 'It has ended.',
        code: 'send_finished'
      });
    });
    await sends.cancel('a');
    expect(sends.errorOf('a')?.message).toBe('It has ended.');
    expect(sends.isBusy('a')).toBe(false);
    server.on('POST sends/a/cancel', () =>
      aSend('a', { is_cancel_asked: true })
    );
    await sends.cancel('a');
    expect(sends.errorOf('a')).toBeNull();
    expect(sends.get('a')?.is_cancel_asked).toBe(true);
    sends.dispose();
  });

  it('cancels once, however often it is clicked', async () => {
    const { server, sends } = make();
    await sends.refresh();
    const held = server.hold('POST sends/a/cancel');
    void sends.cancel('a');
    void sends.cancel('a');
    await settle();
    expect(server.count('POST sends/a/cancel')).toBe(1);
    held.resolve(aSend('a'));
    await settle();
    sends.dispose();
  });

  it('tells of a send only when it is different', async () => {
    const { sends } = make();
    const changes = countOf(sends.sendChanged);
    await sends.refresh();
    await sends.refresh();
    expect(changes()).toBe(1);
    sends.dispose();
  });

  it('keeps the last list, and says why, where it cannot be read again', async () => {
    const { server, sends } = make();
    await sends.refresh();
    server.on('GET sends', () => {
      throw new Refusal(500, { message: 'Broken.', code: 'internal_error' });
    });
    await sends.refresh();
    expect(sends.sends).toHaveLength(1);
    expect(sends.error?.message).toBe('Broken.');
    sends.dispose();
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

    it('reads again and again while the page is seen', async () => {
      const { server, sends } = make(20);
      sends.start();
      await wait(200);
      expect(server.count('GET sends')).toBeGreaterThan(2);
      sends.dispose();
    });

    it('asks nothing while the page is hidden, and nothing after its end', async () => {
      const { server, sends } = make(20);
      sends.start();
      await wait(100);
      show('hidden');
      await wait(60);
      const before = server.count('GET sends');
      await wait(150);
      expect(server.count('GET sends')).toBe(before);
      show('visible');
      sends.dispose();
      await wait(100);
      expect(server.count('GET sends')).toBe(before);
    });
  });
});
