import type { Transfer } from '../api/schema';

/**
 * Transfers, newest first, as the answers to several questions say they are.
 *
 * Answers may come in another order than their questions were asked in. So each question takes a
 * turn, and no answer replaces what a later question has found.
 */
export class TransferList {
  get transfers(): readonly Transfer[] {
    return this._transfers;
  }

  get(transferId: string): Transfer | undefined {
    return this._transfers.find(transfer => transfer.id === transferId);
  }

  /** The turn of a question that is asked now. */
  nextTurn(): number {
    return ++this._turn;
  }

  /**
   * Take transfers as an answer says they are now.
   *
   * @returns those that are different from before.
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
   * Take an answer for all transfers there are.
   *
   * @returns those that are different from before.
   */
  replace(transfers: readonly Transfer[], turn: number): Transfer[] {
    const newer = transfers.filter(
      ({ id }) => this._isNewer(id, turn) && !this._isRemovedSince(id, turn)
    );
    // What a later question has found stays, listed or not: it may have been made since.
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

  /** Whether a question asked at `turn` is newer than what is known of a transfer. */
  private _isNewer(transferId: string, turn: number): boolean {
    return turn > (this._known.get(transferId) ?? 0);
  }

  private _isRemovedSince(transferId: string, turn: number): boolean {
    return (this._removed.get(transferId) ?? 0) > turn;
  }

  private _transfers: Transfer[] = [];
  private _turn = 0;
  /** The turn of the question that each transfer's state answers. */
  private readonly _known = new Map<string, number>();
  private readonly _removed = new Map<string, number>();
}
