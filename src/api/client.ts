import type { ServerConnection } from '@jupyterlab/services';
import type { IRequest } from './request';
import { request } from './request';
import type {
  Account,
  Bookmark,
  Bookmarks,
  Catalog,
  ClearedTransfers,
  DigestState,
  Disconnected,
  Endpoint,
  EndpointPage,
  Folder,
  ImageDetails,
  ImageRequest,
  Listing,
  LoginOutcome,
  LoginRequest,
  LoginStarted,
  NewBookmark,
  paths,
  Plan,
  PlanRequest,
  PullRequest,
  Receipt,
  Transfer,
  TransferPage,
  Status
} from './schema';
import type { Source } from './unions';

type QueryOf<Route extends keyof paths> = paths[Route] extends {
  get: { parameters: { query?: infer Q } };
}
  ? NonNullable<Q>
  : never;

type ImagesQuery = QueryOf<'/sregistry-globus/images'>;
export type ImageQuery = QueryOf<'/sregistry-globus/image'>;
type TransfersQuery = QueryOf<'/sregistry-globus/transfers'>;
type EndpointsQuery = QueryOf<'/sregistry-globus/endpoints'>;
type FolderQuery = QueryOf<'/sregistry-globus/endpoints/{endpoint_id}/folder'>;

/** What becomes of uploads that have not ended when the account is disconnected. */
export type UploadsChoice = 'finish' | 'cancel' | 'keep';

/** The REST API of the server extension, with one method for each route. */
export class Client {
  constructor(private readonly _settings: ServerConnection.ISettings) {}

  status(): Promise<Status> {
    return this._ask(['status']);
  }

  account(): Promise<Account> {
    return this._ask(['account']);
  }

  /**
   * Disconnect the account.
   *
   * @param uploads - what becomes of uploads that have not ended. Refused without it if there are.
   */
  disconnect(uploads: UploadsChoice | null = null): Promise<Disconnected> {
    return this._ask(['account'], { method: 'DELETE', query: { uploads } });
  }

  beginLogin(body: LoginRequest): Promise<LoginStarted> {
    return this._ask(['logins'], { method: 'POST', body });
  }

  finishLogin(loginId: string, code: string): Promise<Account> {
    const body = { login_id: loginId, code };
    return this._ask(['logins', 'code'], { method: 'POST', body });
  }

  login(loginId: string): Promise<LoginOutcome> {
    return this._ask(['logins', loginId]);
  }

  catalog(): Promise<Catalog> {
    return this._ask(['catalog']);
  }

  refreshCatalog(): Promise<Catalog> {
    return this._ask(['catalog'], { method: 'POST' });
  }

  images(query: ImagesQuery): Promise<Listing> {
    return this._ask(['images'], { query });
  }

  image(query: ImageQuery): Promise<ImageDetails> {
    return this._ask(['image'], { query });
  }

  digest(query: ImageQuery): Promise<DigestState> {
    return this._ask(['image', 'digest'], { query });
  }

  /** Start computing an image's digest on the server, in the background. */
  computeDigest(image: ImageQuery): Promise<DigestState> {
    const { reference, path } = image;
    const source: Source =
      typeof reference === 'string'
        ? { kind: 'image', reference, digest: null, size_bytes: null }
        : { kind: 'file', path: path ?? '', digest: null, size_bytes: null };
    const body: ImageRequest = { source };
    return this._ask(['image', 'digest'], { method: 'POST', body });
  }

  cancelDigest(query: ImageQuery): Promise<DigestState> {
    return this._ask(['image', 'digest'], { method: 'DELETE', query });
  }

  endpoints(query: EndpointsQuery): Promise<EndpointPage> {
    return this._ask(['endpoints'], { query });
  }

  endpoint(endpointId: string): Promise<Endpoint> {
    return this._ask(['endpoints', endpointId]);
  }

  folder(endpointId: string, query: FolderQuery): Promise<Folder> {
    return this._ask(['endpoints', endpointId, 'folder'], { query });
  }

  createFolder(endpointId: string, path: string): Promise<Folder> {
    const body = { path };
    return this._ask(['endpoints', endpointId, 'folder'], {
      method: 'POST',
      body
    });
  }

  bookmarks(): Promise<Bookmarks> {
    return this._ask(['bookmarks']);
  }

  createBookmark(body: NewBookmark): Promise<Bookmark> {
    return this._ask(['bookmarks'], { method: 'POST', body });
  }

  deleteBookmark(bookmarkId: string): Promise<void> {
    return this._ask(['bookmarks', bookmarkId], { method: 'DELETE' });
  }

  plan(body: PlanRequest): Promise<Plan> {
    return this._ask(['plans'], { method: 'POST', body });
  }

  transfers(query: TransfersQuery): Promise<TransferPage> {
    return this._ask(['transfers'], { query });
  }

  send(body: PlanRequest): Promise<Transfer> {
    return this._ask(['transfers'], { method: 'POST', body });
  }

  pull(body: PullRequest): Promise<Transfer> {
    return this._ask(['pulls'], { method: 'POST', body });
  }

  transfer(transferId: string): Promise<Transfer> {
    return this._ask(['transfers', transferId]);
  }

  cancelTransfer(transferId: string): Promise<Transfer> {
    return this._ask(['transfers', transferId, 'cancel'], { method: 'POST' });
  }

  retryTransfer(transferId: string): Promise<Transfer> {
    return this._ask(['transfers', transferId, 'retry'], { method: 'POST' });
  }

  /** Delete temporary files that the transfer's uploads left at the destination. */
  deleteLeftovers(transferId: string): Promise<Transfer> {
    return this._ask(['transfers', transferId, 'leftovers'], {
      method: 'DELETE'
    });
  }

  receipt(transferId: string): Promise<Receipt> {
    return this._ask(['transfers', transferId, 'receipt']);
  }

  forgetTransfer(transferId: string): Promise<void> {
    return this._ask(['transfers', transferId], { method: 'DELETE' });
  }

  forgetFinishedTransfers(): Promise<ClearedTransfers> {
    return this._ask(['transfers'], { method: 'DELETE' });
  }

  restoreTransfers(body: ClearedTransfers): Promise<ClearedTransfers> {
    return this._ask(['transfers', 'restore'], { method: 'POST', body });
  }

  private _ask<T>(parts: readonly string[], options?: IRequest): Promise<T> {
    return request<T>(this._settings, parts, options);
  }
}
