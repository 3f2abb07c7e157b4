import { toErrorBody } from '../api/request';
import type { ErrorBody, Image, Listing } from '../api/schema';

export const PAGE_SIZE = 200;

type Page =
  | { readonly state: 'loading'; readonly images: readonly Image[] }
  | { readonly state: 'ready'; readonly images: readonly Image[] }
  | { readonly state: 'failed'; readonly error: ErrorBody };

/**
 * A long listing of images that loads only the pages in view.
 */
export class Pages {
  /**
   * @param _fetch - loads a page from the server.
   * @param _changed - called after each change.
   * @param total - the expected number of images, until the first page is loaded.
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

  /** The server's message about missing images. Empty if there is none. */
  get message(): string {
    return this._message;
  }

  /** Whether any page has been loaded. */
  get isLoaded(): boolean {
    return this._isLoaded;
  }

  get pageCount(): number {
    return Math.ceil(this._total / PAGE_SIZE);
  }

  /** All images loaded so far. */
  get images(): Image[] {
    return [...this._pages.values()].flatMap(page =>
      page.state === 'failed' ? [] : page.images
    );
  }

  page(index: number): Page | undefined {
    return this._pages.get(index);
  }

  /** Return how many images a page has, loaded or not. */
  sizeOf(index: number): number {
    return Math.min(PAGE_SIZE, this._total - index * PAGE_SIZE);
  }

  /** Whether a page is loaded and not outdated. */
  isCurrent(index: number): boolean {
    return this.page(index)?.state === 'ready' && !this._stale.has(index);
  }

  /** Load a page unless it is current or failed. Waits if it is being loaded. */
  async ensure(index: number): Promise<void> {
    const known = this._pages.get(index);
    if (known?.state === 'loading') {
      await this._loads.get(index);
    } else if (known === undefined || this._stale.has(index)) {
      await this.retry(index);
    }
  }

  /** Load a page, even if it failed before. */
  async retry(index: number): Promise<void> {
    const load = this._load(index);
    this._loads.set(index, load);
    await load;
  }

  /** Mark all pages as outdated, to be reloaded when they are next in view. */
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

  /** Drop pending requests. */
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
  private readonly _loads = new Map<number, Promise<void>>();
}
