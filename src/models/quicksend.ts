import type { Client } from '../api/client';
import { toErrorBody } from '../api/request';
import type { Location, Plan, PlanRequest, Transfer } from '../api/schema';
import { asPlanned } from './draftstate';
import type { INamedLocation, Memory } from './memory';
import { Model } from './model';

/** Sends images to the destination used last, if nothing needs the user's attention. */
export class QuickSend extends Model {
  constructor(private readonly _options: QuickSend.IOptions) {
    super();
    _options.memory.destinationKept.connect(this._onKept, this);
  }

  /** The destination used last. Null if there is none. */
  get destination(): INamedLocation | null {
    return this._destination;
  }

  /** Whether images are being checked or sent. */
  get isBusy(): boolean {
    return this._isBusy;
  }

  /** Read the destination used last. */
  async start(): Promise<void> {
    this._destination ??= await this._options.memory.destination();
    this.changed();
  }

  /**
   * Send images.
   *
   * @returns the transfer. Null if the user must look first: something blocks the images, needs a
   * warning or a login, or is already being sent.
   */
  async send(
    sources: PlanRequest['sources'],
    destination: Location
  ): Promise<Transfer | null> {
    if (this._isBusy) {
      return null;
    }
    const { client, options, send, memory } = this._options;
    const request = { sources, destination, options: options() };
    this._setBusy(true);
    try {
      const plan = await client.plan(request);
      if (!isCalm(plan)) {
        return null;
      }
      const transfer = await send(
        asPlanned(request, { state: 'ready', value: plan })
      );
      void memory.keepDestination({
        ...plan.destination,
        name: plan.destination_name
      });
      return transfer;
    } catch (reason) {
      toErrorBody(reason); // the dialog meets the same error, and shows it
      return null;
    } finally {
      this._setBusy(false);
    }
  }

  dispose(): void {
    if (this.isDisposed) {
      return;
    }
    this._options.memory.destinationKept.disconnect(this._onKept, this);
    super.dispose();
  }

  private _onKept(_: Memory, destination: INamedLocation): void {
    this._destination = destination;
    this.changed();
  }

  private _setBusy(isBusy: boolean): void {
    this._isBusy = isBusy;
    this.changed();
  }

  private _destination: INamedLocation | null = null;
  private _isBusy = false;
}

export namespace QuickSend {
  export interface IOptions {
    client: Client;
    memory: Memory;
    /** Return the user's default options. */
    options: () => PlanRequest['options'];
    /** Sends the request, and adds the transfer to the transfers model. */
    send: (request: PlanRequest) => Promise<Transfer>;
  }
}

/** Whether a plan can be sent, and has nothing worse than notes. */
function isCalm({ images, warnings, is_sendable: isSendable }: Plan): boolean {
  const all = [...warnings, ...images.flatMap(image => image.warnings)];
  return isSendable && all.every(({ severity }) => severity === 'note');
}
