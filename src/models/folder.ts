import type { Client } from '../api/client';
import { toErrorBody } from '../api/request';
import type { Endpoint, ErrorBody, Folder, FolderEntry } from '../api/schema';
import { folderPath, joinFolder } from '../paths';
import type { Async } from './async';
import { AsyncValue, errorOf, wantsLogin } from './async';
import { Model } from './model';

/** A browser of the folders of one endpoint. */
export class FolderModel extends Model {
  constructor(private readonly _client: Client) {
    super();
  }

  /** The open endpoint. Undefined until one is chosen and loaded. */
  get endpoint(): Endpoint | undefined {
    return this._endpoint.value;
  }

  get endpointId(): string | null {
    return this._endpointId;
  }

  get folder(): Async<Folder> {
    return this._folder.current;
  }

  /** The folder shown, or the one requested. */
  get path(): string | null {
    return this._path;
  }

  /** Folders first, then files, each by name. */
  get entries(): readonly FolderEntry[] {
    const folder = this._folder.value;
    if (folder !== this._sortedFrom) {
      this._sortedFrom = folder;
      this._sorted = [...(folder?.entries ?? [])].sort(
        (a, b) => order(a) - order(b) || collator.compare(a.name, b.name)
      );
    }
    return this._sorted;
  }

  /** Why the endpoint or the folder could not be loaded. */
  get error(): ErrorBody | null {
    return errorOf(this._endpoint.current) ?? errorOf(this._folder.current);
  }

  /** Why the last new folder or bookmark failed. */
  get actionError(): ErrorBody | null {
    return this._actionError;
  }

  /** The name of the bookmark just created. */
  get bookmarked(): string | null {
    return this._bookmarked;
  }

  /** Open an endpoint that is already loaded. */
  async open(endpoint: Endpoint, path: string | null = null): Promise<void> {
    this._endpointId = endpoint.id;
    this._endpoint.set(endpoint);
    this._folder.reset();
    await this.go(path ?? endpoint.default_directory);
  }

  /** Open an endpoint by its id, for example that of a bookmark. */
  async openById(endpointId: string, path: string | null): Promise<void> {
    this._endpointId = endpointId;
    this._endpoint.reset();
    this._folder.reset();
    this._path = path;
    await Promise.all([
      this._endpoint.load(() => this._client.endpoint(endpointId)),
      this.go(path)
    ]);
  }

  /** List a folder. Null lists the endpoint's default folder. */
  async go(path: string | null): Promise<void> {
    const id = this._endpointId;
    if (id === null) {
      return;
    }
    this._path = path === null || path === '' ? null : folderPath(path);
    this._actionError = null;
    this._bookmarked = null;
    const query = { path: this._path };
    const end = await this._folder.load(() => this._client.folder(id, query));
    if (end?.state === 'ready') {
      this._path = end.value.path;
      this.changed();
    }
  }

  /** List the same folder again. */
  async refresh(): Promise<void> {
    const id = this._endpointId;
    if (id !== null && this._endpoint.current.state !== 'loading') {
      await Promise.all([
        this._endpoint.load(() => this._client.endpoint(id)),
        this.go(this._path)
      ]);
    }
  }

  /** Retry after a login what failed because of the missing login. */
  async recover(): Promise<void> {
    const state = this.endpoint?.readiness.state;
    if (
      wantsLogin(this._endpoint.current) ||
      wantsLogin(this._folder.current) ||
      state === 'needs_consent' ||
      state === 'needs_login'
    ) {
      await this.refresh();
    }
  }

  /** Create a subfolder and open it. Resolves to whether it was created. */
  async createFolder(name: string): Promise<boolean> {
    const id = this._endpointId;
    const parent = this._folder.value?.path ?? this._path;
    if (id === null || parent === null) {
      return false;
    }
    const path = joinFolder(parent, name);
    return this._act(async () => {
      const folder = await this._client.createFolder(id, path);
      if (id === this._endpointId) {
        this._folder.set(folder);
        this._path = folder.path;
      }
    });
  }

  /** Bookmark the folder shown. */
  async bookmark(name: string): Promise<boolean> {
    const id = this._endpointId;
    const path = this._folder.value?.path ?? this._path;
    if (id === null || path === null) {
      return false;
    }
    return this._act(async () => {
      await this._client.createBookmark({ name, endpoint_id: id, path });
      this._bookmarked = name;
    });
  }

  close(): void {
    this._endpointId = null;
    this._path = null;
    this._actionError = null;
    this._bookmarked = null;
    this._endpoint.reset();
    this._folder.reset();
  }

  dispose(): void {
    this._endpoint.dispose();
    this._folder.dispose();
    super.dispose();
  }

  private async _act(work: () => Promise<void>): Promise<boolean> {
    this._actionError = null;
    this._bookmarked = null;
    let isDone = true;
    try {
      await work();
    } catch (reason) {
      this._actionError = toErrorBody(reason);
      isDone = false;
    }
    this.changed();
    return isDone;
  }

  private _endpointId: string | null = null;
  private _path: string | null = null;
  private _actionError: ErrorBody | null = null;
  private _bookmarked: string | null = null;
  private _sortedFrom: Folder | undefined;
  private _sorted: FolderEntry[] = [];
  private readonly _endpoint = new AsyncValue<Endpoint>(this.changed);
  private readonly _folder = new AsyncValue<Folder>(this.changed);
}

const collator = new Intl.Collator(undefined, { numeric: true });

function order(entry: FolderEntry): number {
  return entry.type === 'dir' ? 0 : 1;
}
