import { progressOf } from '../../models/progress';
import { aTask, aTransfer } from '../support/things';

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

  it('claims nothing if a size is unknown', () => {
    const tasks = [aTask(), aTask({ bytes_total: null })];
    expect(progressOf(aTransfer('a', { tasks }))).toMatchObject({
      bytesTotal: null,
      fraction: null,
      secondsLeft: null
    });
  });

  it('gives the reason of a stuck task, and no time left', () => {
    const tasks = [aTask({ is_stuck: true, reason: 'No space.' })];
    expect(progressOf(aTransfer('a', { tasks }))).toMatchObject({
      isStuck: true,
      reasons: ['No space.'],
      secondsLeft: null
    });
  });

  it('counts downloaded bytes while an image is being staged', () => {
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

  it('is complete on success, whatever was skipped', () => {
    const transfer = aTransfer('a', {
      state: 'succeeded',
      tasks: [aTask({ state: 'succeeded', bytes_transferred: 0 })]
    });
    expect(progressOf(transfer)).toMatchObject({ fraction: 1, isStuck: false });
  });
});
