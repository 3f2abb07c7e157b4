import type { Image } from '../../api/schema';
import { CatalogModel } from '../../models/catalog';
import { PAGE_SIZE } from '../../models/pages';
import { MAX_RANGE } from '../../models/range';
import type { ISeen } from '../support/server';
import { FakeServer, Refusal } from '../support/server';
import {
  aCollection,
  anEventStream,
  anImage,
  aRegistry,
  settle
} from '../support/things';

const LONG = 2499;

function listing(seen: ISeen, total: number) {
  const offset = Number(seen.query.offset ?? 0);
  const end = Math.min(total, offset + Number(seen.query.limit ?? 200));
  const images: Image[] = [];
  for (let i = offset; i < end; i++) {
    const container = `c${Math.floor(i / 5)}`;
    const reference = `images://huge/${container}:v${i}`;
    images.push(anImage(`v${i}`, { reference, collection: 'huge', container }));
  }
  return { images, total, offset, message: '', is_partial: false };
}

/** A catalog with one open collection, of which the first page is loaded. */
async function open(total = LONG) {
  const server = new FakeServer();
  const { events, emit } = anEventStream();
  const client = server.client;
  const catalog = new CatalogModel({ client, events, debounceMs: 5 });
  server.on('GET catalog', () => ({
    registries: [aRegistry()],
    collections: [aCollection('huge', total), aCollection('small', 2)]
  }));
  server.on('GET images', seen => listing(seen, total));
  await catalog.load();
  catalog.toggle(catalog.rows.at(0)!);
  await settle();
  const rowOf = (tag: string) =>
    catalog.rows.indexOf(row => row.kind === 'image' && row.image.tag === tag);
  const selectOnly = (tag: string, how: 'only' | 'toggle' = 'only') => {
    const row = catalog.rows.at(rowOf(tag));
    if (row?.kind === 'image') {
      catalog.select(row.image, how);
    }
  };
  const tags = () => catalog.selection.images.map(image => image.tag);
  return { server, catalog, emit, rowOf, selectOnly, tags };
}

const numbered = (first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, i) => `v${first + i}`);

/** The row of the last image, loaded or not. The row of `small` comes after it. */
const lastImage = (catalog: CatalogModel) => catalog.rows.count - 2;

describe('a range over images that are not loaded', () => {
  it('selects every image of it, and requests each page once', async () => {
    const { catalog, server, selectOnly, tags } = await open();
    selectOnly('v0');
    await catalog.selectTo(lastImage(catalog));
    expect(tags()).toEqual(numbered(0, LONG - 1));
    expect(server.count('GET images')).toBe(Math.ceil(LONG / PAGE_SIZE));
    expect(catalog.rangeState.state).toBe('idle');
    catalog.dispose();
  });

  it('ends at the image that the row stood for', async () => {
    const { catalog, selectOnly, rowOf, tags } = await open();
    selectOnly('v198');
    // The first row after the loaded page, and 301 more: image 501.
    await catalog.selectTo(rowOf('v199') + 302);
    expect(tags()).toEqual(numbered(198, 501));
    catalog.dispose();
  });

  it('selects backwards, from rows whose pages are not in between', async () => {
    const { catalog, selectOnly, rowOf, tags } = await open();
    catalog.ensure(lastImage(catalog), lastImage(catalog));
    await settle();
    selectOnly('v2498');
    await catalog.selectTo(rowOf('v3'));
    expect(tags()).toEqual(numbered(3, 2498));
    catalog.dispose();
  });

  it('leaves the selection as it is until all images are loaded', async () => {
    const { catalog, server, selectOnly, tags } = await open(300);
    selectOnly('v0');
    const page = server.hold('GET images');
    const selecting = catalog.selectTo(lastImage(catalog));
    await settle();
    expect(catalog.isSelecting).toBe(true);
    expect(tags()).toEqual(['v0']);
    page.resolve(listing(server.of('GET images')[1]!, 300));
    await selecting;
    expect(catalog.isSelecting).toBe(false);
    expect(tags()).toEqual(numbered(0, 299));
    catalog.dispose();
  });

  it('waits for a page that is already being loaded', async () => {
    const { catalog, server, selectOnly, tags } = await open(300);
    selectOnly('v0');
    const page = server.hold('GET images');
    catalog.ensure(lastImage(catalog), lastImage(catalog));
    const selecting = catalog.selectTo(lastImage(catalog));
    await settle();
    page.resolve(listing(server.of('GET images')[1]!, 300));
    await selecting;
    expect(tags()).toEqual(numbered(0, 299));
    expect(server.count('GET images')).toBe(2);
    catalog.dispose();
  });

  it('says that it failed, changes nothing, and can be chosen again', async () => {
    const { catalog, server, selectOnly, tags } = await open();
    selectOnly('v7');
    const refusal = { message: 'Busy.', code: 'registry_unavailable' } as const;
    server.on('GET images', () => {
      throw new Refusal(503, refusal);
    });
    catalog.ensure(lastImage(catalog), lastImage(catalog));
    await settle();
    await catalog.selectTo(lastImage(catalog));
    expect(catalog.rangeState).toMatchObject({
      state: 'failed',
      error: { message: 'Busy.' }
    });
    expect(tags()).toEqual(['v7']);

    // Failed pages have one row each. A range that ends there holds the whole page.
    expect(catalog.rows.at(lastImage(catalog))?.kind).toBe('failed');
    server.on('GET images', seen => listing(seen, LONG));
    await catalog.selectTo(lastImage(catalog));
    expect(tags()).toEqual(numbered(7, LONG - 1));
    catalog.dispose();
  });

  it('says that it is too long, without a request', async () => {
    const { catalog, server, selectOnly, tags } = await open(100_000);
    selectOnly('v0');
    await catalog.selectTo(MAX_RANGE * 2);
    expect(catalog.rangeState.state).toBe('too-long');
    expect(tags()).toEqual(['v0']);
    expect(server.count('GET images')).toBe(1);
    catalog.dispose();
  });

  it('gives way to what the user selects meanwhile', async () => {
    const { catalog, server, selectOnly, tags } = await open(300);
    selectOnly('v0');
    const page = server.hold('GET images');
    const selecting = catalog.selectTo(lastImage(catalog));
    await settle();
    selectOnly('v5');
    page.resolve(listing(server.of('GET images')[1]!, 300));
    await selecting;
    expect(tags()).toEqual(['v5']);
    expect(catalog.isSelecting).toBe(false);
    catalog.dispose();
  });

  it('loads outdated pages again', async () => {
    const { catalog, server, emit, selectOnly, rowOf, tags } = await open(10);
    selectOnly('v0');
    server.on('GET images', seen => listing(seen, 12));
    server.on('GET catalog', () => ({
      registries: [aRegistry()],
      collections: [aCollection('huge', 12), aCollection('small', 2)]
    }));
    emit('catalog', '');
    await settle();
    await catalog.selectTo(rowOf('v9'));
    expect(tags()).toEqual(numbered(0, 9));
    expect(server.count('GET images')).toBe(2);
    catalog.dispose();
  });
});

describe('a range', () => {
  it('is added to the selection on request', async () => {
    const { catalog, selectOnly, rowOf, tags } = await open(20);
    selectOnly('v0');
    selectOnly('v5', 'toggle');
    await catalog.selectTo(rowOf('v7'), true);
    expect(tags()).toEqual(['v0', 'v5', 'v6', 'v7']);
    catalog.dispose();
  });

  it('that begins at an image which is filtered out loses nothing', async () => {
    const { catalog, server, selectOnly, tags } = await open(20);
    selectOnly('v0');
    selectOnly('v3', 'toggle');
    server.on('GET images', () => ({
      images: [
        anImage('other'),
        anImage('another', { reference: 'images://tacos/avocados:2' })
      ],
      total: 2,
      offset: 0,
      message: ''
    }));
    catalog.setText('other');
    await new Promise(done => setTimeout(done, 30));
    await catalog.selectTo(0);
    expect(tags()).toEqual(['v0', 'v3', 'other']);
    await catalog.selectTo(1); // a range begins at the image just added
    expect(tags()).toEqual(['other', 'another']);
    catalog.dispose();
  });

  it('that begins in a collapsed collection loses nothing', async () => {
    const { catalog, selectOnly, tags } = await open(20);
    selectOnly('v0');
    selectOnly('v3', 'toggle');
    catalog.toggle(catalog.rows.at(0)!);
    await catalog.selectTo(0);
    expect(tags()).toEqual(['v0', 'v3']);
    catalog.dispose();
  });

  it('says that it leaves out a closed container', async () => {
    const { catalog, selectOnly, rowOf, tags } = await open(20);
    selectOnly('v0');
    catalog.toggle(catalog.rows.at(rowOf('v5') - 1)!);
    await catalog.selectTo(rowOf('v10'));
    expect(tags()).toEqual([...numbered(0, 4), 'v10']);
    expect(catalog.rangeState.state).toBe('closed-between');
    selectOnly('v0');
    expect(catalog.rangeState.state).toBe('idle');
    catalog.dispose();
  });

  it('reaches to the row of a folder', async () => {
    const { catalog, selectOnly, tags } = await open(20);
    selectOnly('v3');
    await catalog.selectTo(0);
    expect(tags()).toEqual(numbered(0, 3));
    catalog.dispose();
  });

  it('without a first image selects one, where the next range begins', async () => {
    const { catalog, rowOf, tags } = await open(20);
    await catalog.selectTo(rowOf('v2'));
    expect(tags()).toEqual(['v2']);
    await catalog.selectTo(rowOf('v4'));
    expect(tags()).toEqual(['v2', 'v3', 'v4']);
    catalog.dispose();
  });
});
