import type { Collection, Image, Registry } from '../api/schema';
import type { Pages } from './pages';
import { Rows } from './rows';

/** What is open in the tree. */
interface IExpansion {
  /** Return the pages of an expanded collection, else undefined. */
  pagesOf: (collection: Collection) => Pages | undefined;
  isContainerCollapsed: (collection: Collection, name: string) => boolean;
  isRegistryCollapsed: (registry: Registry) => boolean;
}

/** Build the rows of registries (if there are several), collections, containers and tags. */
export function treeRows(
  registries: readonly Registry[],
  collections: readonly Collection[],
  expansion: IExpansion
): Rows {
  const rows = new Rows();
  const hasSeveral = registries.length > 1;
  for (const registry of registries) {
    if (hasSeveral) {
      const isExpanded = !expansion.isRegistryCollapsed(registry);
      rows.add({ kind: 'registry', level: 1, registry, isExpanded });
      if (!isExpanded) {
        continue;
      }
    }
    for (const collection of collections) {
      if (collection.registry === registry.name) {
        addCollection(rows, expansion, collection, hasSeveral ? 2 : 1);
      }
    }
  }
  return rows;
}

/** Build the rows of search results, each with its full name. */
export function flatRows(pages: Pages): Rows {
  const rows = new Rows();
  addPages(rows, pages, 1, (image, page) => {
    rows.add({ kind: 'image', level: 1, pages, page, image, naming: 'full' });
  });
  return rows;
}

function addCollection(
  rows: Rows,
  expansion: IExpansion,
  collection: Collection,
  level: number
): void {
  const pages = expansion.pagesOf(collection);
  rows.add({
    kind: 'collection',
    level,
    collection,
    isExpanded: pages !== undefined
  });
  if (pages === undefined) {
    return;
  }
  let container: string | null = null;
  let isExpanded = true;
  addPages(rows, pages, level + 2, (image, page, next) => {
    const ofPage = { pages, page, image };
    if (image.container !== container) {
      container = image.container;
      if (next !== undefined && next?.container !== container) {
        isExpanded = true;
        rows.add({
          kind: 'image',
          level: level + 1,
          ...ofPage,
          naming: 'container'
        });
        return;
      }
      isExpanded = !expansion.isContainerCollapsed(collection, container);
      rows.add({
        kind: 'container',
        level: level + 1,
        collection,
        name: container,
        isExpanded
      });
    }
    if (isExpanded) {
      rows.add({ kind: 'image', level: level + 2, ...ofPage, naming: 'tag' });
    }
  });
}

function addPages(
  rows: Rows,
  pages: Pages,
  level: number,
  addImage: (
    image: Image,
    page: number,
    /** Null at the end. Undefined if it is not loaded yet. */
    next: Image | null | undefined
  ) => void
): void {
  // Until the first page is loaded there is one row, so that the page is requested.
  const count = Math.max(pages.pageCount, pages.isLoaded ? 0 : 1);
  for (let page = 0; page < count; page++) {
    const known = pages.page(page);
    if (known?.state === 'failed') {
      rows.add({ kind: 'failed', level, pages, page, error: known.error });
    } else if (
      known === undefined ||
      (known.state === 'loading' && known.images.length === 0)
    ) {
      const size = Math.max(1, pages.sizeOf(page));
      rows.addGap({ kind: 'pending', level, pages, page }, size);
    } else {
      const after = page + 1 < count ? firstOf(pages, page + 1) : null;
      known.images.forEach((image, index) => {
        const isLast = index === known.images.length - 1;
        addImage(image, page, isLast ? after : known.images[index + 1]);
      });
    }
  }
}

function firstOf(pages: Pages, page: number): Image | undefined {
  const known = pages.page(page);
  return known === undefined || known.state === 'failed'
    ? undefined
    : known.images[0];
}
