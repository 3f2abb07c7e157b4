import { Signal } from '@lumino/signaling';
import type * as React from 'react';
import { TransferOutput } from '../../panels/transferoutput';
import type { ISRegistryGlobus } from '../../tokens';
import { TRANSFER_MIME_TYPE } from '../../tokens';
import { draw, host, setUpPage } from '../support/page';
import { aTransfer, trans } from '../support/things';

const RECORDED = 'As recorded in this notebook';

/** The element is drawn by the test, which can wait for React. */
class DrawnOutput extends TransferOutput {
  element(): React.JSX.Element {
    return this.render();
  }
}

setUpPage();

describe('TransferOutput', () => {
  const known = aTransfer('known', { state: 'succeeded' });
  const transfers = {
    stateChanged: new Signal<object, void>({}),
    get: (id: string) => (id === known.id ? known : undefined),
    errorOf: () => null,
    isBusy: () => false,
    refreshOne: jest.fn()
  };

  function shows(id: string, trusted: boolean): string {
    const shared = { transfers } as unknown as ISRegistryGlobus;
    const output = new DrawnOutput(shared, trans);
    const transfer = aTransfer(id, { state: 'succeeded' });
    void output.renderModel({
      data: { [TRANSFER_MIME_TYPE]: { transfer } },
      metadata: {},
      trusted,
      setData: () => undefined
    });
    draw(output.element());
    output.dispose();
    return host.textContent ?? '';
  }

  it('says that a card in an untrusted notebook is only recorded there', () => {
    expect(shows('known', false)).toContain(RECORDED);
    expect(transfers.refreshOne).not.toHaveBeenCalled();
  });

  it('says the same of a transfer that the server does not know', () => {
    expect(shows('forged', true)).toContain(RECORDED);
  });

  it('is silent about a transfer that the server confirms', () => {
    expect(shows('known', true)).not.toContain(RECORDED);
  });
});
