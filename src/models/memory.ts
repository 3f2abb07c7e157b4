import type { IStateDB } from '@jupyterlab/statedb';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';
import type { Location } from '../api/schema';

const DESTINATION = 'jupyterlab-sregistry-globus:destination';
const SIZES = 'jupyterlab-sregistry-globus:sizes';
const UNFINISHED = 'jupyterlab-sregistry-globus:unfinished';

/** A folder on an endpoint, with the endpoint's name. Empty if the name is not known. */
export interface INamedLocation extends Location {
  name: string;
}

/** What this workspace keeps from one page load to the next. */
export class Memory {
  /**
   * @param state - JupyterLab's state database. Null keeps nothing.
   */
  constructor(private readonly _state: IStateDB | null) {}

  /** The last destination. Null if there is none or it can't be read. */
  async destination(): Promise<INamedLocation | null> {
    const kept = await this._fetch(DESTINATION);
    return isLocation(kept) ? { ...kept, name: kept.name ?? '' } : null;
  }

  /** Emitted when a destination is kept. */
  get destinationKept(): ISignal<this, INamedLocation> {
    return this._destinationKept;
  }

  async keepDestination(destination: INamedLocation): Promise<void> {
    this._destinationKept.emit(destination);
    await this._state?.save(DESTINATION, { ...destination });
  }

  /** Whether the user has dragged a border between sections. */
  async hasSizes(): Promise<boolean> {
    return (await this._fetch(SIZES)) === true;
  }

  async keepSizes(): Promise<void> {
    await this._state?.save(SIZES, true);
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

  private readonly _destinationKept = new Signal<this, INamedLocation>(this);
}

function isLocation(kept: unknown): kept is Location & { name?: string } {
  if (typeof kept !== 'object' || kept === null) {
    return false;
  }
  const { endpoint_id: id, path, name = '' } = kept as Partial<INamedLocation>;
  return (
    typeof id === 'string' &&
    id !== '' &&
    typeof path === 'string' &&
    typeof name === 'string'
  );
}
