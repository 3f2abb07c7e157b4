import type { Notification } from '@jupyterlab/apputils';
import type { ISettingRegistry } from '@jupyterlab/settingregistry';
import type { IStateDB } from '@jupyterlab/statedb';
import type { Transfer } from '../../api/schema';
import { Memory } from '../../models/memory';
import { TransferNotifier } from '../../models/notifier';
import { Preferences } from '../../models/preferences';
import { TransfersModel } from '../../models/transfers';
import { FakeServer } from '../support/server';
import {
  aPage,
  anEventStream,
  aTransfer,
  aTask,
  settle,
  trans
} from '../support/things';

interface ITold {
  id: string;
  message: string;
  type: string;
  actions: string[];
}

/** A page with its notifications, and the state that outlives it. */
class Page {
  constructor(
    private readonly _kept: Map<string, unknown>,
    isOn = true
  ) {
    const { events } = anEventStream();
    this.transfers = new TransfersModel({ client: this.server.client, events });
    const preferences = new Preferences();
    preferences.follow({
      changed: { connect: () => true },
      get: () => ({ composite: isOn })
    } as unknown as ISettingRegistry.ISettings);
    this.notifier = new TransferNotifier({
      transfers: this.transfers,
      preferences,
      memory: new Memory({
        fetch: (id: string) => Promise.resolve(this._kept.get(id)),
        save: (id: string, value: unknown) => {
          this._kept.set(id, value);
          return Promise.resolve();
        }
      } as unknown as IStateDB),
      trans,
      manager: {
        notify: (message, type, options) =>
          this._notify(message, type, options),
        update: args => this._update(args),
        dismiss: id => {
          this.told = this.told.filter(told => told.id !== id);
        }
      },
      onShow: () => undefined
    });
  }

  readonly server = new FakeServer();
  readonly transfers: TransfersModel;
  readonly notifier: TransferNotifier;
  told: ITold[] = [];

  async show(...transfers: Transfer[]): Promise<void> {
    this.server.on('GET transfers', () => aPage(transfers));
    await this.transfers.refresh();
    await settle();
  }

  private _notify(
    message: string,
    type: Notification.TypeOptions,
    options: { actions?: Notification.IAction[] }
  ): string {
    const id = `n${this._count++}`;
    const actions = (options.actions ?? []).map(action => action.label);
    this.told.push({ id, message, type, actions });
    return id;
  }

  private _update(args: {
    id: string;
    message?: string;
    type?: string;
  }): boolean {
    const told = this.told.find(one => one.id === args.id);
    if (told === undefined) {
      return false;
    }
    told.message = args.message ?? told.message;
    told.type = args.type ?? told.type;
    return true;
  }

  private _count = 0;
}

const half = aTransfer('a', { tasks: [aTask({ bytes_transferred: 50 })] });
const done = aTransfer('a', {
  state: 'succeeded',
  tasks: [aTask({ state: 'succeeded' })]
});

describe('TransferNotifier', () => {
  it('shows one notification per transfer, from start to end', async () => {
    const page = new Page(new Map());
    await page.notifier.start();
    await page.show(aTransfer('a'));
    expect(page.told).toMatchObject([
      { type: 'in-progress', actions: ['Show', 'Open in Globus'] }
    ]);
    await page.show(half);
    expect(page.told[0]?.message).toContain('50%');
    await page.show(done);
    expect(page.told).toHaveLength(1);
    expect(page.told[0]).toMatchObject({
      type: 'success',
      message: 'Completed: tacos/avocados:latest to Sherlock.'
    });
  });

  it('shows nothing about transfers that ended before the page was opened', async () => {
    const page = new Page(new Map());
    await page.notifier.start();
    await page.show(done);
    expect(page.told).toEqual([]);
  });

  it('shows once, after a reload, what ended in the meantime', async () => {
    const kept = new Map<string, unknown>();
    const before = new Page(kept);
    await before.notifier.start();
    await before.show(aTransfer('a'));
    const after = new Page(kept);
    await after.notifier.start();
    await after.show(done);
    expect(after.told).toMatchObject([{ type: 'success' }]);
    const later = new Page(kept);
    await later.notifier.start();
    await later.show(done);
    expect(later.told).toEqual([]);
  });

  it('follows an active transfer after a reload, without a second notification', async () => {
    const kept = new Map<string, unknown>();
    const before = new Page(kept);
    await before.notifier.start();
    await before.show(aTransfer('a'));
    const after = new Page(kept);
    await after.notifier.start();
    await after.show(aTransfer('a'));
    await after.show(half);
    expect(after.told).toHaveLength(1);
  });

  it('ends with what nobody will tell the end of, as after a disconnect', async () => {
    const page = new Page(new Map());
    await page.notifier.start();
    await page.show(aTransfer('a'), aTransfer('b'));
    expect(page.told).toHaveLength(2);
    page.server.on('GET transfers', () => aPage([aTransfer('b')]));
    // Reads all transfers anew, as after a change of the account.
    page.server.on('POST transfers/restore', () => ({ ids: [] }));
    await page.transfers.restore([]);
    await settle();
    expect(page.told.map(({ message }) => message)).toHaveLength(1);
    await page.show(done);
    expect(page.told.filter(({ type }) => type === 'success')).toHaveLength(1);
  });

  it('leaves a dismissed notification alone until the outcome', async () => {
    const page = new Page(new Map());
    await page.notifier.start();
    await page.show(aTransfer('a'));
    page.told = [];
    await page.show(half);
    expect(page.told).toEqual([]);
    await page.show(done);
    expect(page.told).toMatchObject([{ type: 'success' }]);
  });

  it('says why a transfer failed or is stuck', async () => {
    const page = new Page(new Map());
    await page.notifier.start();
    await page.show(
      aTransfer('a', {
        tasks: [aTask({ is_stuck: true, reason: 'No space.' })]
      })
    );
    expect(page.told[0]?.message).toContain('No space.');
    await page.show(
      aTransfer('a', {
        state: 'failed',
        tasks: [aTask({ reason: 'Expired.' })]
      })
    );
    expect(page.told).toMatchObject([{ type: 'error' }]);
    expect(page.told[0]?.message).toContain('Expired.');
  });

  it('shows nothing if notifications are turned off', async () => {
    const page = new Page(new Map(), false);
    await page.notifier.start();
    await page.show(aTransfer('a'));
    await page.show(done);
    expect(page.told).toEqual([]);
  });

  it('offers links only to web pages', async () => {
    const page = new Page(new Map());
    await page.notifier.start();
    await page.show(
      aTransfer('a', { tasks: [aTask({ view_url: 'javascript:alert(1)' })] })
    );
    expect(page.told[0]?.actions).toEqual(['Show']);
  });
});
