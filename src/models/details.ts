import { Poll } from '@lumino/polling';
import type { Client, ImageQuery } from '../api/client';
import type { DigestState, ImageDetails } from '../api/schema';
import type { Async } from './async';
import { AsyncValue } from './async';
import { Model } from './model';

/** The metadata of one image. The server reads it from the header; the file is never downloaded. */
export class DetailsModel extends Model {
  constructor(
    private readonly _client: Client,
    private _query: ImageQuery,
    options: DetailsModel.IOptions = {}
  ) {
    super();
    this._poll = new Poll({
      auto: false,
      name: 'sregistry-globus:digest',
      factory: () => this._ask(() => this._client.digest(this._query)),
      frequency: { interval: options.pollMs ?? 1000, backoff: false },
      standby: 'when-hidden',
      linger: 0
    });
  }

  get query(): ImageQuery {
    return this._query;
  }

  get details(): Async<ImageDetails> {
    return this._details.current;
  }

  /** The state of the digest. Undefined until it is loaded. */
  get digest(): DigestState | undefined {
    return this._digest.value;
  }

  async load(): Promise<void> {
    await Promise.all([
      this._details.load(() => this._client.image(this._query)),
      this._ask(() => this._client.digest(this._query))
    ]);
  }

  /** Start computing the digest on the server. */
  computeDigest(): Promise<void> {
    return this._ask(() => this._client.computeDigest(this._query));
  }

  cancelDigest(): Promise<void> {
    return this._ask(() => this._client.cancelDigest(this._query));
  }

  /** Follow an image that was renamed or moved. */
  async moveTo(query: ImageQuery): Promise<void> {
    this._query = query;
    this._digest.reset();
    await this.load();
  }

  dispose(): void {
    this._poll.dispose();
    this._details.dispose();
    this._digest.dispose();
    super.dispose();
  }

  private async _ask(work: () => Promise<DigestState>): Promise<void> {
    await this._digest.load(work);
    if (this.isDisposed) {
      return;
    }
    const isMoving = this.digest?.state === 'computing';
    if (isMoving !== this._isPolling) {
      this._isPolling = isMoving;
      await (isMoving ? this._poll.start() : this._poll.stop());
    }
  }

  private _isPolling = false;
  private readonly _poll: Poll;
  private readonly _details = new AsyncValue<ImageDetails>(this.changed);
  private readonly _digest = new AsyncValue<DigestState>(this.changed);
}

export namespace DetailsModel {
  export interface IOptions {
    /** Milliseconds between polls while a digest is being computed. */
    pollMs?: number;
  }
}
