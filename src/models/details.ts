import type { Client, ImageQuery } from '../api/client';
import type { ImageDetails } from '../api/schema';
import type { Async } from './async';
import { AsyncValue } from './async';
import { Model } from './model';

/** What one image says about itself: read from its header on the server, never through here. */
export class DetailsModel extends Model {
  constructor(
    private readonly _client: Client,
    private _query: ImageQuery
  ) {
    super();
  }

  get query(): ImageQuery {
    return this._query;
  }

  get details(): Async<ImageDetails> {
    return this._details.current;
  }

  async load(): Promise<void> {
    await this._details.load(() => this._client.image(this._query));
  }

  /** The image is elsewhere now. */
  async moveTo(query: ImageQuery): Promise<void> {
    this._query = query;
    await this.load();
  }

  dispose(): void {
    this._details.dispose();
    super.dispose();
  }

  private readonly _details = new AsyncValue<ImageDetails>(this.changed);
}
