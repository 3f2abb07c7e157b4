import type { Transfer } from '../api/schema';

/**
 * Transfers, newest first, merged from the answers to several requests.
 *
 * Answers may arrive out of order. So each request takes a turn, and an answer never replaces the
 * result of a later request.
 */
export class TransferList {
  get transfers(): readonly Transfer[] {
    return this._transfers;
  }

  get(transferId: string): Transfer | undefined {
    return this._transfers.find(transfer => transfer.id === transferId);
  }

  /** Start a request: return its turn. */
  nextTurn(): number {
    return ++this._turn;
  }

  /**
   * Merge some transfers.
   *
   * @returns the transfers that changed.
   */
  update(transfers: readonly Transfer[], turn: number): Transfer[] {
    const newer = transfers.filter(
      ({ id }) => this._isNewer(id, turn) && !this._isRemovedSince(id, turn)
    );
    const ids = new Set(newer.map(({ id }) => id));
    const others = this._transfers.filter(({ id }) => !ids.has(id));
    return this._set([...others, ...newer], newer, turn);
  }

  /**
   * Replace the list by all transfers of the user.
   *
   * @returns the transfers that changed.
   */
  replace(transfers: readonly Transfer[], turn: number): Transfer[] {
    const newer = transfers.filter(
      ({ id }) => this._isNewer(id, turn) && !this._isRemovedSince(id, turn)
    );
    // Results of later requests stay, listed or not: the transfer may be new.
    const kept = this._transfers.filter(({ id }) => !this._isNewer(id, turn));
    return this._set([...kept, ...newer], newer, turn);
  }

  remove(transferIds: readonly string[]): void {
    const turn = this.nextTurn();
    for (const id of transferIds) {
      this._removed.set(id, turn);
      this._known.delete(id);
    }
    this._transfers = this._transfers.filter(
      ({ id }) => !transferIds.includes(id)
    );
  }

  private _set(next: Transfer[], newer: Transfer[], turn: number): Transfer[] {
    const before = new Map(
      this._transfers.map(transfer => [transfer.id, transfer])
    );
    newer.forEach(({ id }) => this._known.set(id, turn));
    this._transfers = next.sort((a, b) => b.created_at - a.created_at);
    return newer.filter(
      transfer =>
        JSON.stringify(before.get(transfer.id)) !== JSON.stringify(transfer)
    );
  }

  /** Whether a request is newer than the one that the transfer's state comes from. */
  private _isNewer(transferId: string, turn: number): boolean {
    return turn > (this._known.get(transferId) ?? 0);
  }

  private _isRemovedSince(transferId: string, turn: number): boolean {
    return (this._removed.get(transferId) ?? 0) > turn;
  }

  private _transfers: Transfer[] = [];
  private _turn = 0;
  /** The turn of the request that each transfer's state comes from. */
  private readonly _known = new Map<string, number>();
  private readonly _removed = new Map<string, number>();
}
