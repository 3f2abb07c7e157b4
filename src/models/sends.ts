import { Poll } from '@lumino/polling';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';
import type { Client } from '../api/client';
import { toErrorBody } from '../api/request';
import type {
  ErrorBody,
  PlanRequest,
  PullRequest,
  Receipt,
  Send
} from '../api/schema';
import type { IHint, ServerEvents } from './events';
import { Model } from './model';

/** Whether a send can still change. */
export function isUnderWay(send: Send): boolean {
  return send.state === 'written' || send.state === 'active';
}

/** A person's sends, kept as fresh as events and a slow poll allow. */
export class SendsModel extends Model {
  constructor(private readonly _options: SendsModel.IOptions) {
    super();
    this._poll = new Poll({
      auto: false,
      name: 'sregistry-globus:sends',
      factory: () => this.refresh(),
      frequency: { interval: _options.pollMs ?? 30_000, backoff: false },
      standby: 'when-hidden',
      linger: 0
    });
    _options.events.hinted.connect(this._onHint, this);
  }

  /** Newest first. */
  get sends(): readonly Send[] {
    return this._sends;
  }

  /** Whether the server has answered at all. */
  get isLoaded(): boolean {
    return this._isLoaded;
  }

  /** Why the list could not be read the last time. */
  get error(): ErrorBody | null {
    return this._error;
  }

  get underWay(): readonly Send[] {
    return this._sends.filter(isUnderWay);
  }

  /** One send appeared or is different from before. */
  get sendChanged(): ISignal<this, Send> {
    return this._sendChanged;
  }

  /** Why the last thing asked of a send was refused. */
  errorOf(sendId: string): ErrorBody | null {
    return this._errors.get(sendId) ?? null;
  }

  /** Whether something asked of a send waits for its answer. */
  isBusy(sendId: string): boolean {
    return this._busy.has(sendId);
  }

  get(sendId: string): Send | undefined {
    return this._sends.find(send => send.id === sendId);
  }

  /** Begin to poll, and read everything now. */
  start(): void {
    void this._poll.start();
  }

  /** Read all sends. */
  async refresh(): Promise<void> {
    const turn = ++this._turn;
    let sends: Send[];
    try {
      sends = (await this._options.client.sends()).sends;
    } catch (reason) {
      if (!this.isDisposed && turn > this._listTurn) {
        this._error = toErrorBody(reason);
        this.changed();
      }
      return;
    }
    if (this.isDisposed || turn <= this._listTurn) {
      return;
    }
    this._listTurn = turn;
    this._error = null;
    this._isLoaded = true;
    const listed = new Set(sends.map(send => send.id));
    const next = sends
      .filter(send => !this._isForgottenSince(send.id, turn))
      .map(send => (this._isNewer(send.id, turn) ? send : this.get(send.id)))
      .filter(send => send !== undefined);
    // A send that was made after this list was asked for is missing from it, and stays.
    const made = this._sends.filter(
      send => !listed.has(send.id) && !this._isNewer(send.id, turn)
    );
    this._replace([...made, ...next], turn);
  }

  /** Read one send. Many calls while one is under way become one more. */
  async refreshOne(sendId: string): Promise<void> {
    if (this._asked.has(sendId)) {
      this._asked.set(sendId, true);
      return;
    }
    this._asked.set(sendId, false);
    const turn = ++this._turn;
    try {
      this._apply(await this._options.client.oneSend(sendId), turn);
    } catch (reason) {
      if (toErrorBody(reason).code === 'send_not_found') {
        this._remove([sendId]);
      }
      // Anything else: the poll asks again.
    }
    const isAskedAgain = this._asked.get(sendId) === true;
    this._asked.delete(sendId);
    if (isAskedAgain && !this.isDisposed) {
      await this.refreshOne(sendId);
    }
  }

  /** Send images. Throws the RequestError, so that the form can show it. */
  async send(request: PlanRequest): Promise<Send> {
    const send = await this._options.client.send(request);
    this._apply(send, ++this._turn);
    return send;
  }

  /** Get images from an endpoint into a folder of the server. Throws as `send` does. */
  async pull(request: PullRequest): Promise<Send> {
    const send = await this._options.client.pull(request);
    this._apply(send, ++this._turn);
    return send;
  }

  cancel(sendId: string): Promise<void> {
    return this._act(sendId, () => this._options.client.cancelSend(sendId));
  }

  retry(sendId: string): Promise<void> {
    return this._act(sendId, () => this._options.client.retrySend(sendId));
  }

  /** What a send's receipt says; hands on nothing where it can't be read, which the send then shows. */
  async receipt(sendId: string): Promise<Receipt | null> {
    let receipt: Receipt | null = null;
    await this._act(sendId, async () => {
      receipt = await this._options.client.receipt(sendId);
      return null;
    });
    return receipt;
  }

  async forget(sendId: string): Promise<void> {
    await this._act(sendId, async () => {
      await this._options.client.forgetSend(sendId);
      this._remove([sendId]);
      return null;
    });
  }

  async forgetFinished(): Promise<void> {
    const finished = this._sends.filter(send => !isUnderWay(send));
    try {
      await this._options.client.forgetFinishedSends();
      this._remove(finished.map(send => send.id));
    } catch (reason) {
      this._error = toErrorBody(reason);
      this.changed();
    }
  }

  dispose(): void {
    if (this.isDisposed) {
      return;
    }
    this._options.events.hinted.disconnect(this._onHint, this);
    this._poll.dispose();
    super.dispose();
  }

  private async _act(
    sendId: string,
    work: () => Promise<Send | null>
  ): Promise<void> {
    if (this._busy.has(sendId)) {
      return;
    }
    this._busy.add(sendId);
    this._errors.delete(sendId);
    this.changed();
    try {
      const send = await work();
      if (send !== null) {
        this._apply(send, ++this._turn);
      }
    } catch (reason) {
      this._errors.set(sendId, toErrorBody(reason));
    }
    this._busy.delete(sendId);
    this.changed();
  }

  private _onHint(_: ServerEvents, hint: IHint): void {
    if (hint.kind === 'send') {
      void this.refreshOne(hint.id);
    } else if (hint.kind === 'account') {
      // Another identity has other sends.
      void this.refresh();
    }
  }

  /** Whether a question asked at `turn` is newer than what is known of a send. */
  private _isNewer(sendId: string, turn: number): boolean {
    return turn > (this._known.get(sendId) ?? 0);
  }

  private _isForgottenSince(sendId: string, turn: number): boolean {
    return (this._forgotten.get(sendId) ?? 0) > turn;
  }

  private _apply(send: Send, turn: number): void {
    if (
      this.isDisposed ||
      !this._isNewer(send.id, turn) ||
      this._isForgottenSince(send.id, turn)
    ) {
      return;
    }
    const others = this._sends.filter(other => other.id !== send.id);
    const next = [...others, send].sort((a, b) => b.created_at - a.created_at);
    this._known.set(send.id, turn);
    this._sends = next;
    this.changed();
    this._sendChanged.emit(send);
  }

  private _replace(next: Send[], turn: number): void {
    const before = new Map(this._sends.map(send => [send.id, send]));
    this._sends = next.sort((a, b) => b.created_at - a.created_at);
    const different: Send[] = [];
    for (const send of next) {
      const old = before.get(send.id);
      if (old !== send) {
        this._known.set(send.id, turn);
        if (JSON.stringify(old) !== JSON.stringify(send)) {
          different.push(send);
        }
      }
    }
    this.changed();
    different.forEach(send => this._sendChanged.emit(send));
  }

  private _remove(sendIds: readonly string[]): void {
    const turn = ++this._turn;
    for (const id of sendIds) {
      this._forgotten.set(id, turn);
      this._known.delete(id);
      this._errors.delete(id);
    }
    this._sends = this._sends.filter(send => !sendIds.includes(send.id));
    this.changed();
  }

  private _sends: Send[] = [];
  private _isLoaded = false;
  private _error: ErrorBody | null = null;
  private _turn = 0;
  private _listTurn = 0;
  /** The turn of the question that each send's state answers. */
  private readonly _known = new Map<string, number>();
  private readonly _forgotten = new Map<string, number>();
  /** Sends being read; true if they are to be read once more after that. */
  private readonly _asked = new Map<string, boolean>();
  private readonly _busy = new Set<string>();
  private readonly _errors = new Map<string, ErrorBody>();
  private readonly _poll: Poll;
  private readonly _sendChanged = new Signal<this, Send>(this);
}

export namespace SendsModel {
  export interface IOptions {
    client: Client;
    events: ServerEvents;
    /** Milliseconds between two looks, for what events missed. */
    pollMs?: number;
  }
}
