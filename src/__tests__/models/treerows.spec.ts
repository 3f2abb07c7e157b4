import type { Image } from '../../api/schema';
import { PAGE_SIZE, Pages } from '../../models/pages';
import { treeRows } from '../../models/treerows';
import { aCollection, anImage, aRegistry } from '../support/things';

/** The rows as short texts. */
async function rowsOf(images: Image[], closed = false): Promise<string[]> {
  const pages = new Pages(
    offset =>
      Promise.resolve({
        images: images.slice(offset, offset + PAGE_SIZE),
        total: images.length,
        offset,
        message: '',
        is_partial: false
      }),
    jest.fn(),
    images.length
  );
  await pages.ensure(0);
  const registries = [aRegistry(), aRegistry({ name: 'lab' })];
  const rows = treeRows(
    closed ? registries : registries.slice(0, 1),
    [aCollection('tacos', images.length)],
    {
      pagesOf: () => pages,
      isContainerCollapsed: () => false,
      isRegistryCollapsed: ({ name }) => closed && name !== 'lab'
    }
  );
  return Array.from({ length: Math.min(rows.count, 6) }, (_, index) => {
    const row = rows.at(index);
    switch (row?.kind) {
      case 'image':
        return `${row.level} ${row.naming} ${row.image.container}:${row.image.tag}`;
      case 'container':
        return `${row.level} ${row.name}`;
      case 'registry':
        return `${row.level} ${row.registry.name} ${row.isExpanded}`;
      default:
        return `${row?.level} ${row?.kind}`;
    }
  });
}

const of = (container: string, tag: string) =>
  anImage(tag, { container, reference: `images://tacos/${container}:${tag}` });

it('a container with one tag is one row, and others have a row for each tag', async () => {
  expect(
    await rowsOf([of('a', '1'), of('b', '1'), of('b', '2'), of('c', '1')])
  ).toEqual([
    '1 collection',
    '2 container a:1',
    '2 b',
    '3 tag b:1',
    '3 tag b:2',
    '2 container c:1'
  ]);
});

it('a container at the end of what is loaded may have more tags', async () => {
  const images = Array.from({ length: PAGE_SIZE }, (_, i) =>
    of(`a${String(i).padStart(4, '0')}`, '1')
  );
  const last = `a${String(PAGE_SIZE - 1).padStart(4, '0')}`;
  const rows = await rowsOf(images.slice(-1));
  expect(rows).toContain(`2 container ${last}:1`);
  const pages = new Pages(
    () =>
      Promise.resolve({
        images,
        total: PAGE_SIZE + 1,
        offset: 0,
        message: '',
        is_partial: false
      }),
    jest.fn(),
    PAGE_SIZE + 1
  );
  await pages.ensure(0);
  const tree = treeRows([aRegistry()], [aCollection('tacos', PAGE_SIZE + 1)], {
    pagesOf: () => pages,
    isContainerCollapsed: () => false,
    isRegistryCollapsed: () => false
  });
  expect(tree.at(PAGE_SIZE)).toMatchObject({ kind: 'container', name: last });
});

it('a closed registry hides its collections, and the others stay', async () => {
  expect(await rowsOf([of('a', '1')], true)).toEqual([
    `1 ${aRegistry().name} false`,
    '1 lab true'
  ]);
});
