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

  /** Back to the list of endpoints. */
  async changeEndpoint(): Promise<void> {
    this.folder.close();
    this._choose({ state: 'none' });
    await this.endpoints.refresh();
  }

  /** What is typed in the path box: planned for at once, listed when asked to. */
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

  /** Plan again, such as after a login. */
  async replan(): Promise<void> {
    await this._makePlan();
  }

  /** After a login: do again what failed for want of it. */
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

  /** Transfer. Resolves to null if it was refused; the submission then says why. */
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

  /** The folder to transfer to; null while none is chosen. */
  get location(): Location | null {
    const id = this.folder.endpointId;
    const path = this.path?.trim() ?? '';
    return id === null || path === ''
      ? null
      : { endpoint_id: id, path: folderPath(path) };
  }

  /** A folder that was listed is the destination, unless another was typed in the meantime. */
  private _onFolderChanged(): void {
    this._follow(destinationAfter(this._destination, this.folder.folder));
    this.changed();
  }

  /** Begin anew with another endpoint, or with none. */
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
    void this._planner.invoke().catch(() => undefined); // put off by a newer change
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
  /** What would be sent as the draft is now; null while something is missing. */
  private _request: PlanRequest | null = null;
  /** What the plan was asked for; another one than `_request` while a plan is due. */
  private _planned: PlanRequest | null = null;
  private readonly _planner: Debouncer;
  private readonly _plan = new AsyncValue<Plan>(this.changed);
}

export namespace DraftModel {
  export interface IOptions {
    client: Client;
    sources: readonly IDraftSource[];
    /** What differs from the usual options. */
    transferOptions?: Partial<TransferOptions>;
    /** Transfers, and makes the transfer known to whoever shows transfers. */
    send: (request: PlanRequest) => Promise<Transfer>;
    /** Milliseconds without a change before a plan is asked for. */
    debounceMs?: number;
  }
}
