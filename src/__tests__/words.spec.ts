import {
  formatBytes,
  formatBytesOf,
  formatPercent,
  formatSeconds,
  shortDigest
} from '../format';
import { progressOf } from '../models/progress';
import { readTransfer } from '../models/storedtransfer';
import {
  crumbsOf,
  folderPath,
  isFolderName,
  joinFolder,
  parentOf
} from '../paths';
import { isWebAddress } from '../urls';
import { shortReference, titleOf } from '../words';
import { aTransfer, aTask, trans } from './support/things';

describe('sizes and times', () => {
  it.each([
    [0, '0 B'],
    [1, '1 B'],
    [1023, '1,023 B'],
    [1024, '1 KB'],
    [1536, '1.5 KB'],
    [1024 * 1024 - 1, '1 MB'],
    [5 * 1024 ** 3, '5 GB'],
    [-5, '0 B']
  ])('writes %d bytes as %s', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });

  it('names the unit once where both have the same', () => {
    const mb = 1024 * 1024;
    expect(formatBytesOf(mb, 3 * mb, trans)).toBe('1 of 3 MB');
    expect(formatBytesOf(1024, mb, trans)).toBe('1 KB of 1 MB');
  });

  it('is never done before it is done', () => {
    expect(formatPercent(0.999)).toBe('99%');
    expect(formatPercent(1)).toBe('100%');
    expect(formatPercent(7)).toBe('100%');
  });

  it.each([
    [0, '0 s'],
    [59.6, '1 min 0 s'],
    [3599, '59 min 59 s'],
    [7260, '2 h 1 min'],
    [90_000, '1 d 1 h']
  ])('writes %d seconds as %s', (seconds, text) => {
    expect(formatSeconds(seconds, trans)).toBe(text);
  });

  it('shortens a digest, but not to nothing', () => {
    expect(shortDigest('sha256:0123456789abcdef')).toBe('sha256:0123456789ab…');
    expect(shortDigest('odd')).toBe('odd');
  });
});

describe('paths', () => {
  it('leads from the root, or from the home', () => {
    expect(crumbsOf('/a/b c/').map(crumb => crumb.path)).toEqual([
      '/',
      '/a/',
      '/a/b c/'
    ]);
    expect(crumbsOf('/~/x/').map(crumb => crumb.name)).toEqual(['~', 'x']);
    expect(parentOf('/a/b/')).toBe('/a/');
    expect(parentOf('/~/')).toBeNull();
  });

  it('ends folders in a slash, once', () => {
    expect(folderPath('/a')).toBe('/a/');
    expect(folderPath('/a/')).toBe('/a/');
    expect(joinFolder('/a', 'b#%')).toBe('/a/b#%/');
  });

  it.each(['', '.', '..', 'a/b', 'a\nb', 'a\0'])(
    'takes %j for no name',
    name => {
      expect(isFolderName(name)).toBe(false);
    }
  );

  it('takes odd names for names', () => {
    expect(isFolderName('my "images" #1 %@:')).toBe(true);
  });
});

describe('isWebAddress', () => {
  it.each([
    ['https://app.globus.org/x', true],
    ['http://127.0.0.1:1/', true],
    ['javascript:alert(1)', false],
    ['data:text/html,x', false],
    ['/relative', false],
    ['', false]
  ])('%s: %s', (address, is) => {
    expect(isWebAddress(address)).toBe(is);
  });
});

describe('progressOf', () => {
  it('adds up its tasks', () => {
    const progress = progressOf(aTransfer('a', { tasks: [aTask(), aTask()] }));
    expect(progress).toMatchObject({
      bytesTransferred: 50,
      bytesTotal: 200,
      fraction: 0.25,
      bytesPerSecond: 10,
      secondsLeft: 15
    });
  });

  it('claims nothing where a size is unknown', () => {
    const tasks = [aTask(), aTask({ bytes_total: null })];
    expect(progressOf(aTransfer('a', { tasks }))).toMatchObject({
      bytesTotal: null,
      fraction: null,
      secondsLeft: null
    });
  });

  it('gives the reason of what is stuck, and no time left', () => {
    const tasks = [aTask({ is_stuck: true, reason: 'No space.' })];
    expect(progressOf(aTransfer('a', { tasks }))).toMatchObject({
      isStuck: true,
      reasons: ['No space.'],
      secondsLeft: null
    });
  });

  it('counts what was downloaded while an image is on its way here', () => {
    const tasks = [
      aTask({ state: 'staging', bytes_staged: 40, bytes_transferred: 0 })
    ];
    expect(
      progressOf(aTransfer('a', { state: 'written', tasks }))
    ).toMatchObject({
      isStaging: true,
      bytesTransferred: 40,
      fraction: 0.4
    });
  });

  it('is whole once it succeeded, whatever was skipped', () => {
    const transfer = aTransfer('a', {
      state: 'succeeded',
      tasks: [aTask({ state: 'succeeded', bytes_transferred: 0 })]
    });
    expect(progressOf(transfer)).toMatchObject({ fraction: 1, isStuck: false });
  });
});

describe('shortReference', () => {
  it.each([
    ['images://tacos/avocados:latest', 'tacos/avocados:latest'],
    ['images://a:b%40c/x:y%40z', 'a:b@c/x:y@z'],
    ['images://two%0Alines/x%2520:1', 'two lines/x%20:1'],
    ['images://50% off/%FF:1', '50% off/%FF:1']
  ])('reads %s as %s', (reference, short) => {
    expect(shortReference(reference)).toBe(short);
  });
});

describe('titleOf', () => {
  it('is what is in it, unless a person chose a label', () => {
    const image = aTask().images[0]!;
    expect(titleOf(aTransfer('a'), trans)).toBe('tacos/avocados:latest');
    expect(
      titleOf(
        aTransfer('a', { tasks: [aTask({ images: [image, image, image] })] }),
        trans
      )
    ).toBe('tacos/avocados:latest and 2 more');
    expect(titleOf(aTransfer('a', { tasks: [] }), trans)).toBe('send a');
    const { options } = aTransfer('a');
    expect(
      titleOf(
        aTransfer('a', {
          label: 'Mine',
          options: { ...options, label: 'Mine' }
        }),
        trans
      )
    ).toBe('Mine');
  });
});

describe('readTransfer', () => {
  it('reads back what a magic wrote', () => {
    const transfer = aTransfer('a', { state: 'succeeded' });
    const read = readTransfer(JSON.parse(JSON.stringify({ transfer })));
    expect(read).toMatchObject({
      id: 'a',
      state: 'succeeded',
      destination: transfer.destination,
      tasks: [{ task_id: 't1', bytes_total: 100 }]
    });
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
  ])('takes %j for no transfer', data => {
    expect(readTransfer(data)).toBeNull();
  });

  it('bears what an older or stranger notebook holds', () => {
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
