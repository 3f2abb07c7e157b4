import { visibleRange } from '../../components/window';
import { CatalogModel } from '../../models/catalog';
import { PAGE_SIZE, Pages } from '../../models/pages';
import type { Row } from '../../models/rows';
import { treeRows } from '../../models/treerows';
import type { ISeen } from '../support/server';
import { FakeServer, Refusal } from '../support/server';
import {
  aCollection,
  anEventStream,
  anImage,
  aRegistry,
  settle
} from '../support/things';

/** A hundred thousand images, five per container. */
const HUGE = 100_000;

function page(seen: ISeen, total = HUGE) {
  const offset = Number(seen.query.offset ?? 0);
  const limit = Number(seen.query.limit ?? 200);
  const images = [];
  for (let i = offset; i < Math.min(total, offset + limit); i++) {
    images.push(
      anImage(`v${i}`, {
        reference: `images://huge/c${Math.floor(i / 5)}:v${i}`,
        container: `c${Math.floor(i / 5)}`
      })
    );
  }
  return { images, total, offset, message: '', is_partial: false };
}

function make(total = HUGE) {
  const server = new FakeServer();
  const { events, emit } = anEventStream();
  const catalog = new CatalogModel({
    client: server.client,
    events,
    debounceMs: 5
  });
  server.on('GET catalog', () => ({
    registries: [aRegistry()],
    collections: [aCollection('huge', total), aCollection('small', 2)]
  }));
  server.on('GET images', seen => page(seen, total));
  return { server, catalog, emit };
}

const wait = (ms: number) => new Promise(done => setTimeout(done, ms));

function names(catalog: CatalogModel): string[] {
  const names: string[] = [];
  for (let i = 0; i < catalog.rows.count; i++) {
    names.push(nameOf(catalog.rows.at(i)));
  }
  return names;
}

function nameOf(row: Row | undefined): string {
  switch (row?.kind) {
    case 'collection':
      return row.collection.name;
    case 'container':
      return row.name;
    case 'image':
      return row.image.tag;
    default:
      return row?.kind ?? '';
  }
}

describe('visibleRange', () => {
  it('draws a few dozen rows of a hundred thousand', () => {
    const range = visibleRange(26 * 50_000, 520, 26, HUGE);
    expect(range.first).toBeLessThanOrEqual(50_000);
    expect(range.last).toBeGreaterThanOrEqual(50_020);
    expect(range.last - range.first).toBeLessThan(60);
  });

  it('stays within the list at both ends', () => {
    expect(visibleRange(0, 100, 26, 3)).toEqual({ first: 0, last: 2 });
    expect(visibleRange(1e9, 100, 26, 3).last).toBe(2);
    expect(visibleRange(0, 100, 26, 0).last).toBe(-1);
  });
});

describe('CatalogModel', () => {
  it('loads no images before a collection is opened', async () => {
    const { catalog, server } = make();
    await catalog.load();
    expect(names(catalog)).toEqual(['huge', 'small']);
    expect(server.count('GET images')).toBe(0);
    catalog.dispose();
  });

  it('shows container and tags below an open collection', async () => {
    const { catalog } = make(7);
    await catalog.load();
    catalog.toggle(catalog.rows.at(0)!);
    await settle();
    expect(names(catalog)).toEqual([
      'huge',
      'c0',
      'v0',
      'v1',
      'v2',
      'v3',
      'v4',
      'c1',
      'v5',
      'v6',
      'small'
    ]);
    catalog.toggle(catalog.rows.at(1)!);
    expect(names(catalog).slice(0, 4)).toEqual(['huge', 'c0', 'c1', 'v5']);
    catalog.dispose();
  });

  it('loads only the pages in view', async () => {
    const { catalog, server } = make();
    await catalog.load();
    catalog.toggle(catalog.rows.at(0)!);
    await settle();
    expect(catalog.rows.count).toBeGreaterThan(HUGE);
    catalog.ensure(50_000, 50_030);
    await settle();
    const offsets = server
      .of('GET images')
      .map(seen => Number(seen.query.offset));
    expect(offsets[0]).toBe(0);
    expect(offsets.length).toBeLessThanOrEqual(3);
    expect(Math.abs((offsets[1] ?? 0) - 50_000)).toBeLessThan(PAGE_SIZE * 2);
    catalog.ensure(50_000, 50_030);
    await settle();
    expect(server.count('GET images')).toBe(offsets.length + 0);
    catalog.dispose();
  });

  it('builds the rows of a hundred thousand images quickly', async () => {
    const { catalog } = make();
    await catalog.load();
    catalog.toggle(catalog.rows.at(0)!);
    await settle();
    const begin = performance.now();
    for (let i = 0; i < 100; i++) {
      catalog.clearSelection();
      treeRows(catalog.registries, [aCollection('huge', HUGE)], {
        pagesOf: () => new Pages(() => Promise.reject(new Error()), noop, HUGE),
        isContainerCollapsed: () => false,
        isRegistryCollapsed: () => false
      });
    }
    expect((performance.now() - begin) / 100).toBeLessThan(5);
    catalog.dispose();
  });

  it('shows a failed page in place, and loads it again', async () => {
    const { catalog, server } = make(3);
    server.on('GET images', () => {
      throw new Refusal(503, {
        message: 'Busy.',
        code: 'registry_unavailable'
      });
    });
    await catalog.load();
    catalog.toggle(catalog.rows.at(0)!);
    await settle();
    expect(names(catalog)).toEqual(['huge', 'failed', 'small']);
    server.on('GET images', seen => page(seen, 3));
    catalog.retry(catalog.rows.at(1)!);
    await settle();
    expect(names(catalog)).toContain('v2');
    catalog.dispose();
  });

  it('searches once for the last text, and drops late answers', async () => {
    const { catalog, server } = make();
    await catalog.load();
    const slow = server.hold('GET images');
    catalog.setText('a');
    await wait(30);
    expect(server.count('GET images')).toBe(1);
    server.on('GET images', () => ({
      images: [anImage('new')],
      total: 1,
      offset: 0,
      message: ''
    }));
    catalog.setText('av');
    catalog.setText('avo');
    await wait(30);
    slow.resolve({
      images: [anImage('old')],
      total: 1,
      offset: 0,
      message: ''
    });
    await settle();
    expect(server.of('GET images').map(seen => seen.query.q)).toEqual([
      'a',
      'avo'
    ]);
    expect(names(catalog)).toEqual(['new']);
    catalog.dispose();
  });

  it('returns to the tree when the filter is cleared', async () => {
    const { catalog } = make();
    await catalog.load();
    catalog.setText('x');
    await wait(30);
    catalog.setText('');
    expect(names(catalog)).toEqual(['huge', 'small']);
    await wait(30);
    expect(names(catalog)).toEqual(['huge', 'small']);
    catalog.dispose();
  });

  it('reloads the catalog after an event, and open pages when they are in view', async () => {
    const { catalog, server, emit } = make(3);
    await catalog.load();
    catalog.toggle(catalog.rows.at(0)!);
    await settle();
    emit('catalog', '');
    await settle();
    expect(server.count('GET catalog')).toBe(2);
    expect(names(catalog)).toContain('v2'); // the old rows stay until then
    expect(server.count('GET images')).toBe(1);
    catalog.ensure(0, 5);
    await settle();
    expect(server.count('GET images')).toBe(2);
    catalog.dispose();
  });

  it('selects one image, several, and a range', async () => {
    const { catalog } = make(7);
    await catalog.load();
    catalog.toggle(catalog.rows.at(0)!);
    await settle();
    const image = (index: number) => {
      const row = catalog.rows.at(index);
      if (row?.kind !== 'image') {
        throw new Error(`line ${index} is no image`);
      }
      return row.image;
    };
    const tags = () => catalog.selection.images.map(one => one.tag);
    catalog.select(image(2), 'only');
    catalog.select(image(4), 'toggle');
    expect(tags()).toEqual(['v0', 'v2']);
    await catalog.selectTo(9); // across the row of the next container
    expect(tags()).toEqual(['v2', 'v3', 'v4', 'v5', 'v6']);
    await catalog.selectTo(2);
    expect(tags()).toEqual(['v0', 'v1', 'v2']);
    catalog.select(image(2), 'only');
    expect(tags()).toEqual(['v0']);
    catalog.dispose();
  });

  it('shows registries as headings only if there are several', async () => {
    const { catalog, server } = make();
    server.on('GET catalog', () => ({
      registries: [
        aRegistry(),
        aRegistry({ name: 'hub', state: 'failed', message: 'No answer.' })
      ],
      collections: [
        aCollection('tacos', 1),
        { ...aCollection('vsoch', 2), registry: 'hub' }
      ]
    }));
    await catalog.load();
    expect(names(catalog)).toEqual(['registry', 'tacos', 'registry', 'vsoch']);
    catalog.dispose();
  });
});

function noop(): void {
  /* nobody listens */
}
