import { Debouncer } from '@lumino/polling';
import type { Client } from '../api/client';
import { defaultOptions } from '../api/constants';
import { toErrorBody } from '../api/request';
import type {
  Endpoint,
  Location,
  Plan,
  PlanRequest,
  Transfer,
  TransferOptions
} from '../api/schema';
import { folderPath } from '../paths';
import type { Async } from './async';
import { AsyncValue, wantsLogin } from './async';
import type {
  Destination,
  Hindrance,
  IDraftSource,
  Submission
} from './draftstate';
import { asPlanned, destinationAfter } from './draftstate';
import { EndpointsModel } from './endpoints';
import { FolderModel } from './folder';
import { Model } from './model';

/** A new transfer that the user is composing. Its plan follows every change. */
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

  /** The folders of the destination. */
  readonly folder: FolderModel;

  get sources(): readonly IDraftSource[] {
    return this._sources;
  }

  get transferOptions(): TransferOptions {
    return this._transferOptions;
  }

  /** The text in the path box. Null until the endpoint has reported its default folder. */
  get path(): string | null {
    return this._destination.state === 'none' ? null : this._destination.path;
  }

  get plan(): Async<Plan> {
    return this._plan.current;
  }

  get destination(): Destination {
    return this._destination;
  }

  get submission(): Submission {
    return this._submission;
  }

  get hindrance(): Hindrance | null {
    if (this._submission.state === 'sending') {
      return 'sending';
    }
    if (this._sources.length === 0) {
      return 'no-images';
    }
    if (this._destination.state === 'none') {
      return 'no-endpoint';
    }
    if (this.path === null && this.folder.folder.state !== 'failed') {
      return 'planning';
    }
    if (this.location === null) {
      return 'no-folder';
    }
    const plan = this._plan.current;
    if (plan.state === 'failed') {
      return 'plan-failed';
    }
    if (plan.state !== 'ready' || this._planned !== this._request) {
      return 'planning';
    }
    return plan.value.is_sendable ? null : 'blocked';
  }

  /** Start with the given destination, or with the list of endpoints. */
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
    this._choose({
      state: 'opening',
      path: path ?? endpoint.default_directory
    });
    await opening;
  }

  async openById(endpointId: string, path: string | null): Promise<void> {
    const opening = this.folder.openById(endpointId, path);
    this._choose({ state: 'opening', path });
    await opening;
  }

  /** Return to the list of endpoints. */
  async changeEndpoint(): Promise<void> {
    this.folder.close();
    this._choose({ state: 'none' });
    await this.endpoints.refresh();
  }

  /** Change the text in the path box. It is planned for immediately, but not listed. */
  typePath(path: string): void {
    const listing = this.folder.folder;
    this._follow({ state: 'typed', path, listing });
  }

  /** List the folder in the path box. */
  async goToPath(): Promise<void> {
    await this.folder.go(this.path);
  }

  removeSource(index: number): void {
    this._sources.splice(index, 1);
    this._replan();
  }

  setOptions(options: Partial<TransferOptions>): void {
    this._transferOptions = { ...this._transferOptions, ...options };
    this._replan();
  }

  /** Plan again, for example after a login. */
  async replan(): Promise<void> {
    await this._makePlan();
  }

  /** Retry after a login what failed because of the missing login. */
  async recover(): Promise<void> {
    if (
      this._submission.state === 'failed' &&
      this._submission.error.action?.kind === 'login'
    ) {
      this._submission = { state: 'idle' };
    }
    await Promise.all([
      this.folder.endpointId === null
        ? this.endpoints.recover()
        : this.folder.recover(),
      wantsLogin(this._plan.current) ? this._makePlan() : null
    ]);
  }

  /** Send the images. Resolves to null if that failed; the submission then says why. */
  async send(): Promise<Transfer | null> {
    const request = this._request;
    if (request === null || this._submission.state === 'sending') {
      return null;
    }
    this._setSubmission({ state: 'sending' });
    try {
      const transfer = await this._options.send(
        asPlanned(request, this._plan.current)
      );
      this._setSubmission({ state: 'idle' });
      return transfer;
    } catch (reason) {
      this._setSubmission({ state: 'failed', error: toErrorBody(reason) });
      return null;
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

  /** The destination folder. Null until one is chosen. */
  get location(): Location | null {
    const id = this.folder.endpointId;
    const path = this.path?.trim() ?? '';
    return id === null || path === ''
      ? null
      : { endpoint_id: id, path: folderPath(path) };
  }

  /** The listed folder becomes the destination, unless the user has typed since. */
  private _onFolderChanged(): void {
    this._follow(destinationAfter(this._destination, this.folder.folder));
    this.changed();
  }

  /** Switch to another endpoint, or to none. */
  private _choose(destination: Destination): void {
    this._destination = destination;
    this._replan();
  }

  private _follow(destination: Destination): void {
    const { path } = this;
    this._destination = destination;
    if (this.path !== path) {
      this._replan();
    }
  }

  private _setSubmission(submission: Submission): void {
    this._submission = submission;
    this.changed();
  }

  private _replan(): void {
    this._submission = { state: 'idle' };
    this._request = this._makeRequest();
    if (this._request === null) {
      this._plan.reset();
      return;
    }
    this.changed();
    void this._planner.invoke().catch(() => undefined); // superseded by a newer change
  }

  private _makeRequest(): PlanRequest | null {
    const { location } = this;
    if (location === null || this._sources.length === 0) {
      return null;
    }
    return {
      sources: this._sources.map(({ source }) => source),
      destination: location,
      options: this._transferOptions
    };
  }

  private async _makePlan(): Promise<void> {
    const request = this._request;
    if (request === null || this.isDisposed) {
      return;
    }
    this._planned = request;
    await this._plan.load(() => this._options.client.plan(request));
  }

  private readonly _sources: IDraftSource[];
  private _transferOptions: TransferOptions;
  private _destination: Destination = { state: 'none' };
  private _submission: Submission = { state: 'idle' };
  /** The request for the current draft. Null while something is missing. */
  private _request: PlanRequest | null = null;
  /** The request that the plan is for. Differs from `_request` while a new plan is due. */
  private _planned: PlanRequest | null = null;
  private readonly _planner: Debouncer;
  private readonly _plan = new AsyncValue<Plan>(this.changed);
}

export namespace DraftModel {
  export interface IOptions {
    client: Client;
    sources: readonly IDraftSource[];
    /** Options that differ from the defaults. */
    transferOptions?: Partial<TransferOptions>;
    /** Sends the request, and adds the transfer to the transfers model. */
    send: (request: PlanRequest) => Promise<Transfer>;
    /** Milliseconds without a change before a plan is requested. */
    debounceMs?: number;
  }
}
