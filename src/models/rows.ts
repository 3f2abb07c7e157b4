import type { Collection, ErrorBody, Image, Registry } from '../api/schema';
import type { Pages } from './pages';

/** One row of the image tree. `level` counts from 1, as in ARIA. */
export type Row =
  | {
      kind: 'registry';
      level: number;
      registry: Registry;
      isExpanded: boolean;
    }
  | {
      kind: 'collection';
      level: number;
      collection: Collection;
      isExpanded: boolean;
    }
  | {
      kind: 'container';
      level: number;
      collection: Collection;
      name: string;
      isExpanded: boolean;
    }
  | ({ kind: 'image'; image: Image; naming: Naming } & IPaged)
  | ({ kind: 'pending' } & IPaged)
  | ({ kind: 'failed'; error: ErrorBody } & IPaged);

/**
 * How much of an image's name its row shows, because no row above says it: the tag, the container
 * and its only tag, or everything.
 */
export type Naming = 'tag' | 'container' | 'full';

/** The page that a row belongs to. */
interface IPaged {
  level: number;
  pages: Pages;
  page: number;
}

type Block = { start: number; count: number } & (
  { rows: readonly Row[] } | { gap: Row }
);

/** The rows of the tree, by index. A page that is not loaded takes one entry, not one per row. */
export class Rows {
  get count(): number {
    return this._count;
  }

  at(index: number): Row | undefined {
    const block = this._find(index);
    if (block === undefined) {
      return undefined;
    }
    return 'gap' in block ? block.gap : block.rows[index - block.start];
  }

  add(row: Row): void {
    this._loose.push(row);
    this._count++;
  }

  /** Add a number of identical rows. */
  addGap(gap: Row, count: number): void {
    if (count > 0) {
      this._close();
      this._blocks.push({ start: this._count, count, gap });
      this._count += count;
    }
  }

  /** Return the index of the first matching row, gaps excluded. -1 if there is none. */
  indexOf(isWanted: (row: Row) => boolean): number {
    this._close();
    for (const block of this._blocks) {
      if ('rows' in block) {
        const index = block.rows.findIndex(isWanted);
        if (index !== -1) {
          return block.start + index;
        }
      }
    }
    return -1;
  }

  /** Return which image of its page a pending row stands for, from 0. */
  offsetAt(index: number): number {
    const block = this._find(index);
    return block !== undefined && 'gap' in block ? index - block.start : 0;
  }

  /** Return the index of the first row of a page that is not loaded. -1 if it is loaded. */
  indexOfMissing(pages: Pages, page: number): number {
    const isOfPage = (row: Row) =>
      (row.kind === 'pending' || row.kind === 'failed') &&
      row.pages === pages &&
      row.page === page;
    this._close();
    const gap = this._blocks.find(
      block => 'gap' in block && isOfPage(block.gap)
    );
    return gap === undefined ? this.indexOf(isOfPage) : gap.start;
  }

  private _close(): void {
    if (this._loose.length > 0) {
      const rows = this._loose;
      const start = this._count - rows.length;
      this._blocks.push({ start, count: rows.length, rows });
      this._loose = [];
    }
  }

  private _find(index: number): Block | undefined {
    this._close();
    let low = 0;
    let high = this._blocks.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const block = this._blocks[middle];
      if (block === undefined) {
        break;
      }
      if (index < block.start) {
        high = middle - 1;
      } else if (index >= block.start + block.count) {
        low = middle + 1;
      } else {
        return block;
      }
    }
    return undefined;
  }

  private _count = 0;
  private _loose: Row[] = [];
  private readonly _blocks: Block[] = [];
}

/** Return a key that identifies a row while the tree changes around it. */
export function rowKey(row: Row, index: number): string {
  switch (row.kind) {
    case 'registry':
      return JSON.stringify(['r', row.registry.name]);
    case 'collection':
      return JSON.stringify([
        'c',
        row.collection.registry,
        row.collection.name
      ]);
    case 'container':
      return JSON.stringify([
        'k',
        row.collection.registry,
        row.collection.name,
        row.name
      ]);
    case 'image':
      return JSON.stringify(['i', row.image.reference]);
    default:
      return `${row.kind} ${index}`;
  }
}

/** Whether a row can be opened and closed. */
export function isParent(row: Row): row is Row & { isExpanded: boolean } {
  return (
    row.kind === 'registry' ||
    row.kind === 'collection' ||
    row.kind === 'container'
  );
}

/** Return the index of the parent row, or the row's own index at the top level. */
export function parentIndex(rows: Rows, index: number): number {
  const level = rows.at(index)?.level ?? 1;
  for (let i = index - 1; i >= 0; i--) {
    const row = rows.at(i);
    if (row && row.level < level) {
      return i;
    }
  }
  return index;
}
