import { EndpointsModel } from '../../models/endpoints';
import { FolderModel } from '../../models/folder';
import { FakeServer, Refusal } from '../support/server';
import { anEndpoint, settle } from '../support/things';

const wait = (ms: number) => new Promise(done => setTimeout(done, ms));

function make() {
  const server = new FakeServer();
  const endpoints = new EndpointsModel({
    client: server.client,
    debounceMs: 10
  });
  server.on('GET endpoints', ({ query }) => ({
    endpoints: [
      anEndpoint({ id: `${query.scope}:${query.q}:${query.offset}` })
    ],
    offset: Number(query.offset),
    has_next_page: true
  }));
  return { server, endpoints };
}

function ids(endpoints: EndpointsModel): string[] {
  const { results } = endpoints;
  return results.state === 'ready'
    ? results.value.endpoints.map(endpoint => endpoint.id)
    : [];
}

describe('EndpointsModel', () => {
  it('shows mine and shared with me before anything is typed', async () => {
    const { endpoints, server } = make();
    await endpoints.refresh();
    expect(endpoints.isHome).toBe(true);
    expect(server.of('GET endpoints').map(seen => seen.query.scope)).toEqual([
      'mine',
      'shared-with-me'
    ]);
    endpoints.dispose();
  });

  it('searches once for many keystrokes', async () => {
    const { endpoints, server } = make();
    for (const text of ['s', 'st', 'sta', 'stanford']) {
      endpoints.setText(text);
    }
    await wait(40);
    expect(server.of('GET endpoints').map(seen => seen.query.q)).toEqual([
      'stanford'
    ]);
    endpoints.dispose();
  });

  it('drops results for an older text', async () => {
    const { endpoints, server } = make();
    const slow = server.hold('GET endpoints');
    endpoints.setText('old');
    await wait(30);
    server.on('GET endpoints', () => ({
      endpoints: [anEndpoint({ id: 'new' })],
      offset: 0,
      has_next_page: false
    }));
    endpoints.setText('new');
    await wait(30);
    slow.resolve({
      endpoints: [anEndpoint({ id: 'old' })],
      offset: 0,
      has_next_page: false
    });
    await settle();
    expect(ids(endpoints)).toEqual(['new']);
    endpoints.dispose();
  });

  it('appends the next page, and stops at a page without new endpoints', async () => {
    const { endpoints, server } = make();
    endpoints.setText('x');
    await wait(30);
    await endpoints.loadMore();
    expect(ids(endpoints)).toEqual(['all:x:0', 'all:x:1']);
    server.on('GET endpoints', () => ({
      endpoints: [anEndpoint({ id: 'all:x:1' })],
      offset: 2,
      has_next_page: true
    }));
    await endpoints.loadMore();
    expect(endpoints.results).toMatchObject({ value: { hasMore: false } });
    endpoints.dispose();
  });

  it('does not append a page to results for another text', async () => {
    const { endpoints, server } = make();
    endpoints.setText('x');
    await wait(30);
    const slow = server.hold('GET endpoints');
    const more = endpoints.loadMore();
    await settle();
    server.on('GET endpoints', () => ({
      endpoints: [anEndpoint({ id: 'y' })],
      offset: 0,
      has_next_page: false
    }));
    endpoints.setText('y');
    await wait(30);
    slow.resolve({
      endpoints: [anEndpoint({ id: 'x2' })],
      offset: 1,
      has_next_page: false
    });
    await more;
    expect(ids(endpoints)).toEqual(['y']);
    endpoints.dispose();
  });

  it('keeps its results when the next page fails', async () => {
    const { endpoints, server } = make();
    endpoints.setText('x');
    await wait(30);
    server.on('GET endpoints', () => {
      throw new Refusal(503, { message: 'Down.', code: 'globus_unavailable' });
    });
    await endpoints.loadMore();
    expect(ids(endpoints)).toEqual(['all:x:0']);
    expect(endpoints.moreError?.message).toBe('Down.');
    endpoints.dispose();
  });

  it('searches a scope without a text, too', async () => {
    const { endpoints, server } = make();
    endpoints.setScope('recent');
    await settle();
    expect(server.seen[0]?.query).toMatchObject({ scope: 'recent', q: '' });
    endpoints.dispose();
  });

  it('filters bookmarks locally, by name and path', async () => {
    const { endpoints, server } = make();
    server.on('GET bookmarks', () => ({
      bookmarks: [
        { id: '1', name: 'Scratch', endpoint_id: 'e', path: '/a/' },
        { id: '2', name: 'Home', endpoint_id: 'e', path: '/scratch/b/' },
        { id: '3', name: 'Other', endpoint_id: 'e', path: '/c/' }
      ]
    }));
    endpoints.setScope('bookmarks');
    endpoints.setText('SCRATCH');
    await wait(30);
    expect(endpoints.matchingBookmarks.map(({ id }) => id)).toEqual(['1', '2']);
    expect(server.count('GET endpoints')).toBe(0);
    endpoints.dispose();
  });
});

describe('FolderModel', () => {
  function look() {
    const server = new FakeServer();
    const folder = new FolderModel(server.client);
    server.on('GET endpoints/ep1/folder', ({ query }) => ({
      endpoint_id: 'ep1',
      path: query.path ?? '/~/',
      entries: [
        { name: 'b10.sif', type: 'file', size_bytes: 1, modified: null },
        { name: 'b9.sif', type: 'file', size_bytes: 1, modified: null },
        { name: 'z', type: 'dir', size_bytes: null, modified: null }
      ],
      total: 3,
      is_truncated: false
    }));
    return { server, folder };
  }

  it('sorts folders first, and numbers in names by value', async () => {
    const { folder } = look();
    await folder.open(anEndpoint());
    expect(folder.entries.map(entry => entry.name)).toEqual([
      'z',
      'b9.sif',
      'b10.sif'
    ]);
    folder.dispose();
  });

  it('ends at the last clicked folder, whatever arrives late', async () => {
    const { folder, server } = look();
    await folder.open(anEndpoint());
    const slow = server.hold('GET endpoints/ep1/folder');
    const first = folder.go('/first/');
    await settle();
    server.on('GET endpoints/ep1/folder', () => ({
      endpoint_id: 'ep1',
      path: '/second/',
      entries: [],
      total: 0,
      is_truncated: false
    }));
    await folder.go('/second/');
    slow.resolve({
      endpoint_id: 'ep1',
      path: '/first/',
      entries: [],
      total: 0,
      is_truncated: false
    });
    await first;
    expect(folder.path).toBe('/second/');
    folder.dispose();
  });

  it('creates a subfolder and opens it', async () => {
    const { folder, server } = look();
    await folder.open(anEndpoint(), '/scratch/');
    server.on('POST endpoints/ep1/folder', ({ body }) => ({
      endpoint_id: 'ep1',
      path: (body as { path: string }).path,
      entries: [],
      total: 0,
      is_truncated: false
    }));
    await expect(folder.createFolder('my images #1')).resolves.toBe(true);
    expect(server.seen.pop()?.body).toEqual({ path: '/scratch/my images #1/' });
    expect(folder.path).toBe('/scratch/my images #1/');
    folder.dispose();
  });

  it('stays where it is when a folder cannot be created', async () => {
    const { folder, server } = look();
    await folder.open(anEndpoint(), '/scratch/');
    server.on('POST endpoints/ep1/folder', () => {
      throw new Refusal(409, {
        message: 'It is there.',
        code: 'folder_exists'
      });
    });
    await expect(folder.createFolder('x')).resolves.toBe(false);
    expect(folder.actionError?.message).toBe('It is there.');
    expect(folder.path).toBe('/scratch/');
    folder.dispose();
  });

  it('keeps the action of a refused listing', async () => {
    const { folder, server } = look();
    const action = { kind: 'login', required_scopes: ['x'] };
    server.on('GET endpoints/ep1/folder', () => {
      throw new Refusal(403, {
        message: 'Consent.',
        code: 'consent_required',
        action
      } as never);
    });
    await folder.open(anEndpoint());
    expect(folder.error?.action).toEqual(action);
    folder.dispose();
  });
});
