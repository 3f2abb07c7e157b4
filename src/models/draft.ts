import { Debouncer } from '@lumino/polling';
import type { Client } from '../api/client';
import { toErrorBody } from '../api/request';
import type {
  Endpoint,
  ErrorBody,
  Location,
  Plan,
  PlannedImage,
  PlanRequest,
  Transfer,
  TransferOptions,
  Source
} from '../api/schema';
import { folderPath } from '../paths';
import type { Async } from './async';
import { AsyncValue, valueOf, wantsLogin } from './async';
import { EndpointsModel } from './endpoints';
import { FolderModel } from './folder';
import { Model } from './model';

/** An image to transfer, with what to call it. */
export interface IDraftSource {
  source: Source;
  name: string;
  sizeBytes: number | null;
}

/** Why the draft can't be sent yet; null if it can. */
export type Hindrance =
  | 'no-images'
  | 'no-endpoint'
  | 'no-folder'
  | 'planning'
  | 'plan-failed'
  | 'blocked'
  | 'sending';

/** A transfer that is being put together, and its plan, which follows every change. */
export class DraftModel extends Model {
  constructor(private readonly _options: DraftModel.IOptions) {
    super();
    const { client, debounceMs } = _options;
    this.endpoints = new EndpointsModel({ client, debounceMs });
    this.folder = new FolderModel(client);
    this.endpoints.stateChanged.connect(this.changed, this);
    this.folder.stateChanged.connect(this._onFolderChanged, this);
    this._sources = [..._options.sources];
    this._transferOptions = { ...defaultOptions, ..._options.transferOptions };
    this._planner = new Debouncer(() => this._makePlan(), debounceMs ?? 300);
  }

  /** The search for a destination. */
  readonly endpoints: EndpointsModel;

  /** The look into the destination's folders. */
  readonly folder: FolderModel;

  get sources(): readonly IDraftSource[] {
    return this._sources;
  }

  get transferOptions(): TransferOptions {
    return this._transferOptions;
  }

  /** The folder as it stands in the path box; null while the endpoint chooses. */
  get path(): string | null {
    return this._path;
  }

  get plan(): Async<Plan> {
    return this._plan.current;
  }

  /** Why sending was refused the last time. */
  get sendError(): ErrorBody | null {
    return this._sendError;
  }

  get isSending(): boolean {
    return this._isSending;
  }

  get hindrance(): Hindrance | null {
    if (this._isSending) {
      return 'sending';
    }
    if (this._sources.length === 0) {
      return 'no-images';
    }
    if (this.folder.endpointId === null) {
      return 'no-endpoint';
    }
    if (this._path === null && this.folder.folder.state !== 'failed') {
      return 'planning';
    }
    if (this._path === null || this._path.trim() === '') {
      return 'no-folder';
    }
    const plan = this._plan.current;
    if (plan.state === 'failed') {
      return 'plan-failed';
    }
    if (plan.state !== 'ready' || this._isPlanDue) {
      return 'planning';
    }
    return plan.value.is_sendable ? null : 'blocked';
  }

  /** Begin with the destination used last, or with the list of endpoints. */
  async start(destination: Location | null): Promise<void> {
    if (destination === null) {
      await this.endpoints.refresh();
    } else {
      await this.openById(destination.endpoint_id, destination.path);
    }
  }

  async chooseEndpoint(
    endpoint: Endpoint,
    path: string | null = null
  ): Promise<void> {
    const opening = this.folder.open(endpoint, path);
    this._path = path ?? endpoint.default_directory;
    this._replan();
    await opening;
  }

  async openById(endpointId: string, path: string | null): Promise<void> {
    const opening = this.folder.openById(endpointId, path);
    this._path = path;
    this._replan();
    await opening;
  }

  /** Back to the list of endpoints. */
  async changeEndpoint(): Promise<void> {
    this.folder.close();
    this._path = null;
    this._replan();
    await this.endpoints.refresh();
  }

  /** What is typed in the path box: planned for at once, listed when asked to. */
  typePath(path: string): void {
    this._isTyped = true;
    this._setPath(path);
  }

  /** List the folder in the path box. */
  async goToPath(): Promise<void> {
    await this.folder.go(this._path);
  }

  removeSource(index: number): void {
    this._sources.splice(index, 1);
    this._replan();
  }

  setOptions(options: Partial<TransferOptions>): void {
    this._transferOptions = { ...this._transferOptions, ...options };
    this._replan();
  }

  /** Plan again, such as after a login. */
  async replan(): Promise<void> {
    await this._makePlan();
  }

  /** After a login: do again what failed for want of it. */
  async recover(): Promise<void> {
    if (this._sendError?.action?.kind === 'login') {
      this._sendError = null;
    }
    await Promise.all([
      this.folder.endpointId === null
        ? this.endpoints.recover()
        : this.folder.recover(),
      wantsLogin(this._plan.current) ? this._makePlan() : null
    ]);
  }

  /** Transfer. Resolves to the transfer, or to null if it was refused; the reason is then shown. */
  async send(): Promise<Transfer | null> {
    const request = this._request();
    if (request === null || this._isSending) {
      return null;
    }
    this._isSending = true;
    this._sendError = null;
    this.changed();
    try {
      return await this._options.send(this._asSeen(request));
    } catch (reason) {
      this._sendError = toErrorBody(reason);
      return null;
    } finally {
      this._isSending = false;
      this.changed();
    }
  }

  dispose(): void {
    if (this.isDisposed) {
      return;
    }
    this._planner.dispose();
    this._plan.dispose();
    this.endpoints.dispose();
    this.folder.dispose();
    super.dispose();
  }

  /** The destination; null while none is chosen. */
  get destination(): Location | null {
    const id = this.folder.endpointId;
    const path = this._path?.trim() ?? '';
    return id === null || path === ''
      ? null
      : { endpoint_id: id, path: folderPath(path) };
  }

  private _request(): PlanRequest | null {
    const { destination } = this;
    if (destination === null || this._sources.length === 0) {
      return null;
    }
    return {
      sources: this._sources.map(({ source }) => source),
      destination,
      options: this._transferOptions
    };
  }

  /** The request, held to the digests and sizes that the plan showed. */
  private _asSeen(request: PlanRequest): PlanRequest {
    const plan = this._plan.current;
    if (plan.state !== 'ready') {
      return request;
    }
    const sources = request.sources.map(source => {
      const seen = plannedFor(source, plan.value);
      return {
        ...source,
        digest: seen?.digest ?? source.digest,
        size_bytes: seen?.size_bytes ?? source.size_bytes
      };
    });
    return { ...request, sources };
  }

  /** The folder that was listed is the destination, unless another was typed in the meantime. */
  private _onFolderChanged(): void {
    const { folder } = this.folder;
    const listed = valueOf(folder);
    if (folder.state === 'loading' && !this._isListing) {
      this._isTyped = false;
    }
    this._isListing = folder.state === 'loading';
    if (folder.state === 'ready' && listed !== this._listed) {
      this._listed = listed;
      if (!this._isTyped) {
        this._setPath(folder.value.path);
        return;
      }
    }
    this.changed();
  }

  private _setPath(path: string | null): void {
    if (path !== this._path) {
      this._path = path;
      this._replan();
    }
  }

  private _replan(): void {
    this._sendError = null;
    if (this._request() === null) {
      this._isPlanDue = false;
      this._plan.reset();
      return;
    }
    this._isPlanDue = true;
    this.changed();
    void this._planner.invoke().catch(() => undefined); // put off by a newer change
  }

  private async _makePlan(): Promise<void> {
    const request = this._request();
    if (request === null || this.isDisposed) {
      return;
    }
    this._isPlanDue = false;
    await this._plan.load(() => this._options.client.plan(request));
  }

  private readonly _sources: IDraftSource[];
  private _transferOptions: TransferOptions;
  private _path: string | null = null;
  private _listed: unknown;
  private _isListing = false;
  private _isTyped = false;
  private _isPlanDue = false;
  private _isSending = false;
  private _sendError: ErrorBody | null = null;
  private readonly _planner: Debouncer;
  private readonly _plan = new AsyncValue<Plan>(this.changed);
}

export namespace DraftModel {
  export interface IOptions {
    client: Client;
    sources: readonly IDraftSource[];
    /** What differs from the usual options. */
    transferOptions?: Partial<TransferOptions>;
    /** TransferPage, and makes the transfer known to whoever shows transfers. */
    send: (request: PlanRequest) => Promise<Transfer>;
    /** Milliseconds without a change before a plan is asked for. */
    debounceMs?: number;
  }
}

/** How a plan has an image reach its destination. */
export function plannedFor(
  source: Source,
  plan: Plan
): PlannedImage | undefined {
  return plan.images.find(
    planned =>
      planned.source.reference === source.reference &&
      planned.source.path === source.path
  );
}

export const defaultOptions: TransferOptions = {
  label: null,
  sync: 'checksum',
  encrypt_data: false,
  preserve_timestamp: true,
  notify: false
};
