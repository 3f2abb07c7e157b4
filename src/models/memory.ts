import type { IStateDB } from '@jupyterlab/statedb';
import type { Location } from '../api/schema';

const DESTINATION = 'jupyterlab-sregistry-globus:destination';
const UNFINISHED = 'jupyterlab-sregistry-globus:unfinished';

/** What this workspace keeps from one page load to the next. */
export class Memory {
  /**
   * @param state - JupyterLab's state database. Null keeps nothing.
   */
  constructor(private readonly _state: IStateDB | null) {}

  /** The last destination. Null if there is none or it can't be read. */
  async destination(): Promise<Location | null> {
    const kept = await this._fetch(DESTINATION);
    return isLocation(kept) ? kept : null;
  }

  async keepDestination(destination: Location): Promise<void> {
    await this._state?.save(DESTINATION, { ...destination });
  }

  /** Ids of the transfers that had not ended when they were last saved. */
  async unfinished(): Promise<string[]> {
    const kept = await this._fetch(UNFINISHED);
    return Array.isArray(kept)
      ? kept.filter((id): id is string => typeof id === 'string')
      : [];
  }

  async keepUnfinished(transferIds: string[]): Promise<void> {
    await this._state?.save(UNFINISHED, transferIds);
  }

  private async _fetch(id: string): Promise<unknown> {
    try {
      return await this._state?.fetch(id);
    } catch {
      return undefined; // a convenience only
    }
  }
}

function isLocation(kept: unknown): kept is Location {
  if (typeof kept !== 'object' || kept === null) {
    return false;
  }
  const { endpoint_id: id, path } = kept as Partial<Location>;
  return typeof id === 'string' && id !== '' && typeof path === 'string';
}
