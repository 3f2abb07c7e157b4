import type { ErrorBody, Image } from '../api/schema';
import type { Pages } from './pages';
import type { Row, Rows } from './rows';
import { isParent, rowKey } from './rows';

/** The most images that one range may have. */
export const MAX_RANGE = 10_000;

/** How many pages to request at the same time. */
const PAGES_AT_ONCE = 4;

/** How often to look again for what is missing, because the list may change while it is loaded. */
const ROUNDS = 5;

/** What happens to the range that was chosen last. */
export type RangeState =
  | { readonly state: 'idle' }
  | { readonly state: 'loading' }
  /** Selected, without the images in closed collections and containers. */
  | { readonly state: 'closed-between' }
  | { readonly state: 'too-long' }
  /** Without an error, the list changed while it was loaded. */
  | { readonly state: 'failed'; readonly error: ErrorBody | null };

/** One end of a range. It is found again while the rows around it change. */
export type RangeEnd =
  | { readonly reference: string }
  | { readonly key: string }
  /** An image that is not loaded: the page, and where it is in there. */
  | { readonly pages: Pages; readonly page: number; readonly offset: number };

/**
 * Return a row as an end of a range. Undefined if there is no such row.
 *
 * @param from - the index of the other end. A failed page counts in full, as one row.
 */
export function rangeEnd(
  rows: Rows,
  index: number,
  from = index
): RangeEnd | undefined {
  const row = rows.at(index);
  if (row === undefined) {
    return undefined;
  }
  switch (row.kind) {
    case 'image':
      return { reference: row.image.reference };
    case 'pending':
      return { ...pageOf(row), offset: rows.offsetAt(index) };
    case 'failed': {
      const last = row.pages.sizeOf(row.page) - 1;
      return { ...pageOf(row), offset: from < index ? last : 0 };
    }
    default:
      return { key: rowKey(row, index) };
  }
}

/** Return the index of the row at an end of a range. -1 if it is gone or hidden. */
export function indexOfEnd(rows: Rows, end: RangeEnd): number {
  if ('reference' in end) {
    return rows.indexOf(isImage(end.reference));
  }
  if ('key' in end) {
    return rows.indexOf(row => rowKey(row, -1) === end.key);
  }
  const { pages, page, offset } = end;
  const known = pages.page(page);
  if (known?.state === 'failed') {
    return rows.indexOfMissing(pages, page);
  }
  const image = known?.images[offset];
  if (image === undefined) {
    const first = rows.indexOfMissing(pages, page);
    return first === -1 ? -1 : first + offset;
  }
  const index = rows.indexOf(isImage(image.reference));
  return index === -1 ? rows.indexOf(isContainerOf(image)) : index;
}

/** What a range holds, or why it can't be had. */
export type Range =
  | { readonly images: Image[]; readonly hasClosed: boolean }
  | Extract<RangeState, { state: 'too-long' | 'failed' }>;

/** Return the images between two rows, both included, if all of them are loaded. */
export function loadedRange(
  rows: Rows,
  start: RangeEnd,
  end: RangeEnd
): Range | null {
  const between = rowsBetween(rows, start, end);
  if (between === null) {
    return { state: 'failed', error: null };
  }
  return missingPages(between).length > 0 ? null : rangeOf(between);
}

/**
 * Load what is missing between two rows, and return the images between them, both included.
 *
 * @param rowsNow - returns the current rows, which change while pages are loaded.
 */
export async function loadRange(
  rowsNow: () => Rows,
  start: RangeEnd,
  end: RangeEnd
): Promise<Range> {
  for (let round = 0; round < ROUNDS; round++) {
    const rows = rowsNow();
    const between = rowsBetween(rows, start, end);
    if (between === null) {
      return { state: 'failed', error: null };
    }
    if (between.filter(isOfPage).length > MAX_RANGE) {
      return { state: 'too-long' };
    }
    const missing = missingPages(between);
    if (missing.length === 0) {
      return rangeOf(between);
    }
    const error = await loadPages(missing);
    if (error !== null) {
      return { state: 'failed', error };
    }
  }
  return { state: 'failed', error: null };
}

function rowsBetween(rows: Rows, start: RangeEnd, end: RangeEnd): Row[] | null {
  const ends = [indexOfEnd(rows, start), indexOfEnd(rows, end)];
  const [first, last] = [Math.min(...ends), Math.max(...ends)];
  if (first === -1) {
    return null;
  }
  const between: Row[] = [];
  for (let index = first; index <= last; index++) {
    const row = rows.at(index);
    if (row !== undefined) {
      between.push(row);
    }
  }
  return between;
}

function rangeOf(between: readonly Row[]): Range {
  return {
    images: between.flatMap(row => (row.kind === 'image' ? [row.image] : [])),
    hasClosed: between.some(row => isParent(row) && !row.isExpanded)
  };
}

interface IPageOf {
  readonly pages: Pages;
  readonly page: number;
}

function pageOf({ pages, page }: IPageOf): IPageOf {
  return { pages, page };
}

function isOfPage(row: Row): row is Row & IPageOf {
  return 'pages' in row;
}

/** Return the pages of these rows that are not loaded or outdated, each once. */
function missingPages(between: readonly Row[]): IPageOf[] {
  const seen = new Map<Pages, Set<number>>();
  const missing: IPageOf[] = [];
  for (const { pages, page } of between.filter(isOfPage)) {
    const known = seen.get(pages) ?? new Set();
    if (!known.has(page) && !pages.isCurrent(page)) {
      missing.push({ pages, page });
    }
    seen.set(pages, known.add(page));
  }
  return missing;
}

/** Load pages. Returns the first error, or null. */
async function loadPages(
  missing: readonly IPageOf[]
): Promise<ErrorBody | null> {
  for (let i = 0; i < missing.length; i += PAGES_AT_ONCE) {
    const batch = missing.slice(i, i + PAGES_AT_ONCE);
    await Promise.all(
      batch.map(({ pages, page }) =>
        pages.page(page)?.state === 'failed'
          ? pages.retry(page)
          : pages.ensure(page)
      )
    );
    for (const { pages, page } of batch) {
      const loaded = pages.page(page);
      if (loaded?.state === 'failed') {
        return loaded.error;
      }
    }
  }
  return null;
}

function isImage(reference: string): (row: Row) => boolean {
  return row => row.kind === 'image' && row.image.reference === reference;
}

function isContainerOf(image: Image): (row: Row) => boolean {
  return row =>
    row.kind === 'container' &&
    row.collection.registry === image.registry &&
    row.collection.name === image.collection &&
    row.name === image.container;
}
