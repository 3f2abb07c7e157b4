import { toErrorBody } from '../api/request';
import type { ErrorBody, Image, Listing } from '../api/schema';

export const PAGE_SIZE = 200;

type Page =
  | { readonly state: 'loading'; readonly images: readonly Image[] }
  | { readonly state: 'ready'; readonly images: readonly Image[] }
  | { readonly state: 'failed'; readonly error: ErrorBody };

/**
 * A long listing of images, of which only the pages that somebody looks at are fetched.
 */
export class Pages {
  /**
   * @param fetch - gets a page from the server.
   * @param changed - called after each change.
   * @param total - how many images there are, as far as is known before the first page.
   */
  constructor(
    private readonly _fetch: (
      offset: number,
      limit: number
    ) => Promise<Listing>,
    private readonly _changed: () => void,
    total: number
  ) {
    this._total = total;
  }

  get total(): number {
    return this._total;
  }

  /** What could not be listed, in the server's words. */
  get message(): string {
    return this._message;
  }

  /** Whether a page has come at all. */
  get isLoaded(): boolean {
    return this._isLoaded;
  }

  get pageCount(): number {
    return Math.ceil(this._total / PAGE_SIZE);
  }

  /** All images fetched so far. */
  get images(): Image[] {
    return [...this._pages.values()].flatMap(page =>
      page.state === 'failed' ? [] : page.images
    );
  }

  page(index: number): Page | undefined {
    return this._pages.get(index);
  }

  /** How many images a page holds, fetched or not. */
  sizeOf(index: number): number {
    return Math.min(PAGE_SIZE, this._total - index * PAGE_SIZE);
  }

  /** Fetch a page unless it is there or on its way. */
  async ensure(index: number): Promise<void> {
    const known = this._pages.get(index);
    if (
      known !== undefined &&
      (known.state !== 'ready' || !this._stale.has(index))
    ) {
      return;
    }
    await this._load(index);
  }

  /** Fetch a page that failed once more. */
  async retry(index: number): Promise<void> {
    await this._load(index);
  }

  /** What is there may be out of date: each page is fetched again when next looked at. */
  invalidate(total: number): void {
    this._turn++;
    this._total = total;
    for (const [index, page] of this._pages) {
      if (index >= this.pageCount && index > 0) {
        this._pages.delete(index);
      } else if (page.state === 'ready') {
        this._stale.add(index);
      } else {
        this._pages.delete(index);
      }
    }
  }

  /** Drop whatever is under way. */
  dispose(): void {
    this._turn++;
    this._isDisposed = true;
  }

  private async _load(index: number): Promise<void> {
    const turn = this._turn;
    const known = this._pages.get(index);
    const before = known?.state === 'ready' ? known.images : [];
    this._stale.delete(index);
    this._pages.set(index, { state: 'loading', images: before });
    let page: Page;
    try {
      const listing = await this._fetch(index * PAGE_SIZE, PAGE_SIZE);
      if (turn !== this._turn) {
        return;
      }
      this._total = listing.total;
      this._message = listing.message;
      this._isLoaded = true;
      page = { state: 'ready', images: listing.images };
    } catch (reason) {
      page = { state: 'failed', error: toErrorBody(reason) };
    }
    if (turn === this._turn && !this._isDisposed) {
      this._pages.set(index, page);
      this._changed();
    }
  }

  private _total: number;
  private _message = '';
  private _isLoaded = false;
  private _isDisposed = false;
  private _turn = 0;
  private readonly _pages = new Map<number, Page>();
  private readonly _stale = new Set<number>();
}
