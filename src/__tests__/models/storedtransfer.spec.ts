import { readTransfer } from '../../models/storedtransfer';
import { aTask, aTransfer } from '../support/things';

describe('readTransfer', () => {
  it('reads the output of a magic', () => {
    const transfer = aTransfer('a', { state: 'succeeded' });
    const read = readTransfer(JSON.parse(JSON.stringify({ transfer })));
    expect(read).toMatchObject({
      id: 'a',
      state: 'succeeded',
      destination: transfer.destination,
      tasks: [{ task_id: 't1', bytes_total: 100 }]
    });
  });

  it('takes no link from a notebook, which could lead anywhere', () => {
    const task = aTask({ view_url: 'https://globus.example/login' });
    const transfer = aTransfer('a', { tasks: [task] });
    expect(readTransfer({ transfer })?.tasks).toMatchObject([
      { task_id: 't1', view_url: null }
    ]);
  });

  it.each([
    undefined,
    null,
    'text',
    [],
    {},
    { transfer: null },
    { transfer: { id: 'a', label: 'x', state: 'unheard of' } },
    { transfer: { id: 7, label: 'x', state: 'active' } }
  ])('rejects %j', data => {
    expect(readTransfer(data)).toBeNull();
  });

  it('tolerates the contents of an old or odd notebook', () => {
    const read = readTransfer({
      transfer: {
        id: 'a',
        label: 'x',
        state: 'failed',
        tasks: [null, 'x', { images: 'no', bytes_total: 'NaN', arrivals: [1] }]
      }
    });
    expect(read?.tasks).toHaveLength(1);
    expect(read?.tasks[0]).toMatchObject({ images: [], bytes_total: null });
  });
});
