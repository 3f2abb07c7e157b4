import { Debouncer } from '@lumino/polling';
import type { Client } from '../api/client';
import type { Catalog, ErrorBody, Image, Registry } from '../api/schema';
import type { Async } from './async';
import { AsyncValue, errorOf } from './async';
import type { IHint, ServerEvents } from './events';
import { Expansion } from './expansion';
import { Model } from './model';
import { Pages } from './pages';
import type { RangeEnd, RangeState } from './range';
import { indexOfEnd, loadedRange, loadRange, rangeEnd } from './range';
import type { Row, Rows } from './rows';
import { Selection } from './selection';
import { flatRows, treeRows } from './treerows';

/** The images of all registries, as a tree or as search results, and the selection. */
export class CatalogModel extends Model {
  constructor(private readonly _options: CatalogModel.IOptions) {
    super();
    this._expansion = new Expansion(_options.client, this._update);
    this._search = new Debouncer(
      () => this._startSearch(),
      _options.debounceMs ?? 250
    );
    this._relist = new Debouncer(() => this.load(), _options.relistMs ?? 3000);
    _options.events.hinted.connect(this._onHint, this);
  }

  get catalog(): Async<Catalog> {
    return this._catalog.current;
  }

  get registries(): readonly Registry[] {
    return this._catalog.value?.registries ?? [];
  }

  get isRefreshing(): boolean {
    return (
      this._catalog.current.state === 'loading' ||
      this.registries.some(registry => registry.state === 'listing')
    );
  }

  get error(): ErrorBody | null {
    return errorOf(this._catalog.current);
  }

  /** The search text. Empty shows the tree. */
  get text(): string {
    return this._text;
  }

  /** The number of search results. Null without a search or until its first page is loaded. */
  get resultCount(): number | null {
    return this._results?.isLoaded === true ? this._results.total : null;
  }

  /** The server's message about incomplete results. Empty if there is none. */
  get searchMessage(): string {
    return this._results?.message ?? '';
  }

  /** The rows to show. */
  get rows(): Rows {
    this._rows ??= this._makeRows();
    return this._rows;
  }

  /** The images loaded so far, of open collections and of the search. */
  get knownImages(): Image[] {
    const results = this._results?.images ?? [];
    return [...this._expansion.images, ...results];
  }

  get selection(): Selection {
    return this._selection;
  }

  /** What happens to the range that was chosen last. */
  get rangeState(): RangeState {
    return this._rangeState;
  }

  /** Whether a range is being loaded, so that the selection is not complete yet. */
  get isSelecting(): boolean {
    return this._rangeState.state === 'loading';
  }

  /** Load the catalog from the server. */
  async load(): Promise<void> {
    await this._catalog.load(() => this._options.client.catalog());
    this._invalidate();
  }

  /** Make the server list every registry again. */
  async refresh(): Promise<void> {
    await this._catalog.load(() => this._options.client.refreshCatalog());
    this._invalidate();
  }

  /** Search once typing pauses. An empty text returns to the tree. */
  setText(text: string): void {
    this._text = text;
    if (text.trim() === '') {
      void this._search.stop();
      this._results?.dispose();
      this._results = null;
    } else {
      void this._search.invoke().catch(() => undefined); // superseded by a newer text
    }
    this._update();
  }

  /** Open or close a registry, a collection or a container. */
  toggle(row: Row): void {
    this._expansion.toggle(row);
    this._update();
  }

  collapseAll(): void {
    this._expansion.collapseAll();
    this._update();
  }

  /** Load missing or outdated pages of the visible rows. */
  ensure(first: number, last: number): void {
    const { rows } = this;
    for (let index = first; index <= last; index++) {
      const row = rows.at(index);
      if (row?.kind === 'pending' || row?.kind === 'image') {
        void row.pages.ensure(row.page);
      }
    }
  }

  /** Load a failed page again. */
  retry(row: Row): void {
    if (row.kind === 'failed') {
      void row.pages.retry(row.page);
      this._update();
    }
  }

  /** Select an image alone, or toggle it. */
  select(image: Image, how: 'only' | 'toggle'): void {
    this._setSelection(
      how === 'toggle'
        ? this._selection.toggled(image)
        : this._selection.only(image)
    );
  }

  /**
   * Select the images between the one selected last and a row. Loads those that are missing, and
   * leaves the selection as it is until all are loaded.
   *
   * @param isAdding - whether to keep what is already selected.
   */
  async selectTo(index: number, isAdding = false): Promise<void> {
    const { rows } = this;
    const { anchor } = this._selection;
    const anchorIndex =
      anchor === null ? index : indexOfEnd(rows, { reference: anchor });
    const end = rangeEnd(rows, index, anchorIndex);
    if (end === undefined) {
      return;
    }
    let start: RangeEnd = anchor === null ? end : { reference: anchor };
    if (anchorIndex === -1) {
      // The anchor is filtered out or in a closed folder. Keep what was selected there.
      start = end;
      isAdding = true;
    }
    const turn = ++this._rangeTurn;
    let range = loadedRange(rows, start, end);
    if (range === null) {
      this._rangeState = { state: 'loading' };
      this.changed();
      range = await loadRange(() => this.rows, start, end);
    }
    if (turn !== this._rangeTurn || this.isDisposed) {
      return;
    }
    if ('state' in range) {
      this._rangeState = range;
      this.changed();
      return;
    }
    const { images, hasClosed } = range;
    const from = 'reference' in start ? start.reference : anchor;
    this._setSelection(
      isAdding
        ? this._selection.joined(images, from)
        : this._selection.range(images, from),
      { state: hasClosed ? 'closed-between' : 'idle' }
    );
  }

  clearSelection(): void {
    this._setSelection(new Selection());
  }

  dispose(): void {
    if (this.isDisposed) {
      return;
    }
    this._options.events.hinted.disconnect(this._onHint, this);
    this._search.dispose();
    this._relist.dispose();
    this._catalog.dispose();
    this._results?.dispose();
    this._expansion.dispose();
    super.dispose();
  }

  private _makeRows(): Rows {
    const collections = this._catalog.value?.collections ?? [];
    return this._results !== null
      ? flatRows(this._results)
      : treeRows(this.registries, collections, this._expansion);
  }

  private _startSearch(): void {
    const text = this._text.trim();
    if (text === '' || this.isDisposed) {
      return;
    }
    this._results?.dispose();
    const { client } = this._options;
    this._results = new Pages(
      (offset, limit) => client.images({ q: text, offset, limit }),
      this._update,
      0
    );
    void this._results.ensure(0);
    this._update();
  }

  /** Mark everything below the catalog as outdated, after the catalog was reloaded. */
  private _invalidate(): void {
    if (this.isDisposed) {
      return;
    }
    if (this.registries.some(registry => registry.state === 'listing')) {
      // The event at the end of a listing may be missed.
      void this._relist.invoke().catch(() => undefined);
    }
    this._expansion.invalidate(this._catalog.value?.collections ?? []);
    if (this._results !== null) {
      this._results.invalidate(this._results.total);
      void this._results.ensure(0);
    }
    this._update();
  }

  /** Replace the selection. A range that is being loaded is given up. */
  private _setSelection(
    selection: Selection,
    rangeState: RangeState = { state: 'idle' }
  ): void {
    this._rangeTurn++;
    this._rangeState = rangeState;
    this._selection = selection;
    this.changed();
  }

  private _onHint(_: ServerEvents, hint: IHint): void {
    if (hint.kind === 'catalog') {
      void this.load();
    }
  }

  private readonly _update = (): void => {
    this._rows = null;
    this.changed();
  };

  private readonly _catalog = new AsyncValue<Catalog>(() => this._update());
  private readonly _expansion: Expansion;
  private readonly _search: Debouncer;
  private readonly _relist: Debouncer;
  private _results: Pages | null = null;
  private _text = '';
  private _rows: Rows | null = null;
  private _selection = new Selection();
  private _rangeState: RangeState = { state: 'idle' };
  private _rangeTurn = 0;
}

export namespace CatalogModel {
  export interface IOptions {
    client: Client;
    events: ServerEvents;
    /** Milliseconds without typing before a search starts. */
    debounceMs?: number;
    /** Milliseconds before the catalog is reloaded while a registry is being listed. */
    relistMs?: number;
  }
}
