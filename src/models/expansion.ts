import type { Client } from '../api/client';
import type { Collection, Image, Registry } from '../api/schema';
import { Pages } from './pages';
import type { Row } from './rows';

/** The open collections of the tree, with their images, and the closed registries and containers. */
export class Expansion {
  /**
   * @param _changed - called after each page that is loaded.
   */
  constructor(
    private readonly _client: Client,
    private readonly _changed: () => void
  ) {}

  /** The images loaded so far. */
  get images(): Image[] {
    return [...this._expanded.values()].flatMap(pages => pages.images);
  }

  /** Return the pages of an open collection, else undefined. */
  pagesOf(collection: Collection): Pages | undefined {
    return this._expanded.get(collectionKey(collection));
  }

  isContainerCollapsed(collection: Collection, name: string): boolean {
    return this._collapsed.has(containerKey(collection, name));
  }

  isRegistryCollapsed(registry: Registry): boolean {
    return this._closed.has(registry.name);
  }

  /** Close all collections. */
  collapseAll(): void {
    this._expanded.forEach(pages => pages.dispose());
    this._expanded.clear();
  }

  /** Open or close a registry, a collection or a container. */
  toggle(row: Row): void {
    if (row.kind === 'collection') {
      const key = collectionKey(row.collection);
      const pages = this._expanded.get(key);
      if (pages === undefined) {
        this._expanded.set(key, this._makePages(row.collection));
      } else {
        pages.dispose();
        this._expanded.delete(key);
      }
    } else if (row.kind === 'container') {
      const key = containerKey(row.collection, row.name);
      if (!this._collapsed.delete(key)) {
        this._collapsed.add(key);
      }
    } else if (row.kind === 'registry') {
      const { name } = row.registry;
      if (!this._closed.delete(name)) {
        this._closed.add(name);
      }
    }
  }

  /** Mark loaded images as outdated, and close collections that no longer exist. */
  invalidate(collections: readonly Collection[]): void {
    const counts = new Map(
      collections.map(collection => [
        collectionKey(collection),
        collection.images_count
      ])
    );
    for (const [key, pages] of this._expanded) {
      const count = counts.get(key);
      if (count === undefined) {
        pages.dispose();
        this._expanded.delete(key);
      } else {
        pages.invalidate(count);
      }
    }
  }

  dispose(): void {
    this._expanded.forEach(pages => pages.dispose());
  }

  private _makePages({ registry, name, images_count }: Collection): Pages {
    const pages = new Pages(
      (offset, limit) =>
        this._client.images({ registry, collection: name, offset, limit }),
      this._changed,
      images_count
    );
    void pages.ensure(0);
    return pages;
  }

  private readonly _expanded = new Map<string, Pages>();
  private readonly _collapsed = new Set<string>();
  /** The names of closed registries. */
  private readonly _closed = new Set<string>();
}

function collectionKey(collection: Collection): string {
  return JSON.stringify([collection.registry, collection.name]);
}

function containerKey(collection: Collection, name: string): string {
  return JSON.stringify([collection.registry, collection.name, name]);
}
