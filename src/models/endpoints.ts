import { Debouncer } from '@lumino/polling';
import type { Client } from '../api/client';
import type {
  Bookmark,
  Endpoint,
  EndpointPage,
  ErrorBody
} from '../api/schema';
import type { Async } from './async';
import { AsyncValue } from './async';
import { Model } from './model';

/** Where to search. `bookmarks` is filtered in the browser; the others are scopes of Globus. */
export type Scope = 'all' | 'mine' | 'shared-with-me' | 'recent' | 'bookmarks';

type SearchScope = Exclude<Scope, 'bookmarks'>;

/** The endpoints loaded so far, from one or more pages. */
export interface IEndpointResults {
  endpoints: readonly Endpoint[];
  hasMore: boolean;
}

/**
 * A search for endpoints. Without a text it shows the user's own endpoints and those shared with
 * the user.
 */
export class EndpointsModel extends Model {
  constructor(private readonly _options: EndpointsModel.IOptions) {
    super();
    this._search = new Debouncer(
      () => this._find(),
      _options.debounceMs ?? 300
    );
  }

  get text(): string {
    return this._text;
  }

  get scope(): Scope {
    return this._scope;
  }

  /** Whether to show the user's own and shared endpoints instead of search results. */
  get isHome(): boolean {
    return this._scope === 'all' && this._text.trim() === '';
  }

  get mine(): Async<IEndpointResults> {
    return this._mine.current;
  }

  get shared(): Async<IEndpointResults> {
    return this._shared.current;
  }

  get results(): Async<IEndpointResults> {
    return this._results.current;
  }

  get bookmarks(): Async<Bookmark[]> {
    return this._bookmarks.current;
  }

  /** The bookmarks whose name or path contains the text. */
  get matchingBookmarks(): Bookmark[] {
    const wanted = this._text.trim().toLowerCase();
    return (this._bookmarks.value ?? []).filter(
      ({ name, path }) =>
        name.toLowerCase().includes(wanted) ||
        path.toLowerCase().includes(wanted)
    );
  }

  /** Why the next page could not be loaded. */
  get moreError(): ErrorBody | null {
    return this._more.current.state === 'failed'
      ? this._more.current.error
      : null;
  }

  get isLoadingMore(): boolean {
    return this._more.current.state === 'loading';
  }

  setText(text: string): void {
    this._text = text;
    this.changed();
    if (this._scope === 'bookmarks') {
      return;
    }
    if (this.isHome) {
      void this._search.stop();
      this._results.reset();
    } else {
      void this._search.invoke().catch(() => undefined); // superseded by a newer text
    }
  }

  setScope(scope: Scope): void {
    this._scope = scope;
    void this.refresh();
  }

  /** Reload the endpoints or bookmarks shown. */
  async refresh(): Promise<void> {
    if (this._scope === 'bookmarks') {
      this.changed();
      await this._bookmarks.load(async () => {
        return (await this._options.client.bookmarks()).bookmarks;
      });
    } else if (this.isHome) {
      this._results.reset();
      await Promise.all([
        this._mine.load(() => this._ask('', 'mine')),
        this._shared.load(() => this._ask('', 'shared-with-me'))
      ]);
    } else {
      await this._find();
    }
  }

  /** Reload after a login, because endpoints may be ready now. */
  async recover(): Promise<void> {
    if (this._shown.some(({ current }) => current.state !== 'idle')) {
      await this.refresh();
    }
  }

  /** Load the next page of results. */
  async loadMore(): Promise<void> {
    const results = this._results.current;
    if (results.state !== 'ready' || this.isLoadingMore) {
      return;
    }
    const before = results.value;
    const end = await this._more.load(() =>
      this._ask(this._text.trim(), this._searchScope, before.endpoints.length)
    );
    if (end?.state === 'ready' && this._results.value === before) {
      const known = new Set(before.endpoints.map(endpoint => endpoint.id));
      const more = end.value.endpoints.filter(({ id }) => !known.has(id));
      this._results.set({
        endpoints: [...before.endpoints, ...more],
        // A page without new endpoints ends the paging, even if it claims that there are more.
        hasMore: end.value.hasMore && more.length > 0
      });
    }
  }

  /** Delete a bookmark. Resolves to whether it is deleted; if not, the list says why. */
  async deleteBookmark(bookmarkId: string): Promise<boolean> {
    let isDeleted = false;
    await this._bookmarks.load(async () => {
      await this._options.client.deleteBookmark(bookmarkId);
      isDeleted = true;
      return (await this._options.client.bookmarks()).bookmarks;
    });
    return isDeleted;
  }

  /** Create a deleted bookmark again. Throws RequestError. */
  async restoreBookmark(bookmark: Bookmark): Promise<void> {
    const { endpoint_id, name, path } = bookmark;
    await this._options.client.createBookmark({ endpoint_id, name, path });
    if (this._scope === 'bookmarks') {
      await this.refresh();
    }
  }

  /** Clear everything, for example when a different account connects. */
  reset(): void {
    this._more.reset();
    this._results.reset();
    this._mine.reset();
    this._shared.reset();
    this._bookmarks.reset();
  }

  dispose(): void {
    if (this.isDisposed) {
      return;
    }
    this._search.dispose();
    for (const value of [
      this._more,
      this._results,
      this._mine,
      this._shared,
      this._bookmarks
    ]) {
      value.dispose();
    }
    super.dispose();
  }

  private get _shown(): AsyncValue<unknown>[] {
    if (this._scope === 'bookmarks') {
      return [this._bookmarks];
    }
    return this.isHome ? [this._mine, this._shared] : [this._results];
  }

  private get _searchScope(): SearchScope {
    return this._scope === 'bookmarks' ? 'all' : this._scope;
  }

  private async _find(): Promise<void> {
    if (this.isDisposed || this.isHome) {
      return;
    }
    this._more.reset();
    const text = this._text.trim();
    const scope = this._searchScope;
    await this._results.load(() => this._ask(text, scope));
  }

  private async _ask(
    text: string,
    scope: SearchScope,
    offset = 0
  ): Promise<IEndpointResults> {
    const query = { q: text, scope, offset };
    const page: EndpointPage = await this._options.client.endpoints(query);
    return { endpoints: page.endpoints, hasMore: page.has_next_page };
  }

  private _text = '';
  private _scope: Scope = 'all';
  private readonly _search: Debouncer;
  private readonly _mine = new AsyncValue<IEndpointResults>(this.changed);
  private readonly _shared = new AsyncValue<IEndpointResults>(this.changed);
  private readonly _results = new AsyncValue<IEndpointResults>(this.changed);
  private readonly _more = new AsyncValue<IEndpointResults>(this.changed);
  private readonly _bookmarks = new AsyncValue<Bookmark[]>(this.changed);
}

export namespace EndpointsModel {
  export interface IOptions {
    client: Client;
    /** Milliseconds without typing before a search starts. */
    debounceMs?: number;
  }
}
