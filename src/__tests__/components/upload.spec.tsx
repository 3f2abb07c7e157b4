import * as React from 'react';
import type { Arrival, Transfer, UploadedImage } from '../../api/schema';
import { TransferView } from '../../components/transfer';
import { click, draw, host, setUpPage } from '../support/page';
import { aTransfer, trans } from '../support/things';
import { anUpload, anUploadAttempt, anUploadedImage } from '../support/uploads';

setUpPage();

const LEFT = '/scratch/.avocados.sif.a.1.part';

describe('an upload', () => {
  const callbacks = {
    onCancel: jest.fn(),
    onRetry: jest.fn(),
    onSaveReceipt: jest.fn(),
    onForget: jest.fn(),
    onDeleteLeftovers: jest.fn(),
    onLogIn: jest.fn()
  };

  function show(transfer: Transfer, canAct = true): string {
    draw(
      <TransferView
        transfer={transfer}
        error={null}
        isBusy={false}
        callbacks={canAct ? callbacks : null}
        trans={trans}
      />
    );
    return host.textContent ?? '';
  }

  function showImage(rest: Partial<UploadedImage>): string {
    const images = [anUploadedImage(rest)];
    return show(aTransfer('a', { tasks: [anUpload({ images })] }));
  }

  it('shows the progress, rate and time left of each image', () => {
    const text = showImage({
      state: 'active',
      bytes_transferred: 25,
      bytes_per_second: 5
    });
    expect(text).toContain('Uploading · 25 of 100 B · 5 B/s · 15 s left');
    expect(text).toContain('Direct upload from laptop');
  });

  it('says what happens once all bytes are there', () => {
    const sent = { state: 'active', bytes_transferred: 100 } as const;
    expect(showImage(sent)).toContain('Checking');
    expect(showImage({ ...sent, proof: 'size' })).toContain(
      'Moving to its final name'
    );
  });

  it('shows the problem of an image, and its attempts', () => {
    const text = showImage({
      state: 'active',
      problem: 'The destination is full.',
      attempts: [anUploadAttempt(), anUploadAttempt()]
    });
    expect(text).toContain('The destination is full.');
    expect(text).toContain('attempt 2');
  });

  it('says how each arrival is known', () => {
    const arrived = (rest: Partial<Arrival>) => {
      const arrival: Arrival = {
        destination_path: '/scratch/avocados_latest.sif',
        digest: null,
        size_bytes: 100,
        is_verified: null,
        note: '',
        proof: 'size',
        ...rest
      };
      const tasks = [anUpload({ state: 'succeeded', arrivals: [arrival] })];
      return show(aTransfer('a', { state: 'succeeded', tasks }));
    };
    const digest = 'sha256:01';
    expect(arrived({ proof: 'read_back', digest })).toContain(
      'Checked by reading it back'
    );
    expect(arrived({ proof: 'globus', digest })).toContain(
      'checksum verified by Globus'
    );
    const sizeOnly = arrived({ proof: 'size', digest, is_verified: true });
    expect(sizeOnly).toContain('Size only');
    expect(sizeOnly).not.toContain('verified');
    expect(arrived({ proof: 'name' })).toContain('was already there');
  });

  it('lists its leftovers, which can be deleted', () => {
    const images = [
      anUploadedImage({
        attempts: [
          anUploadAttempt({ temporary_path: LEFT, is_leftover: true }),
          anUploadAttempt({ temporary_path: '/gone', is_leftover: false })
        ]
      })
    ];
    const tasks = [anUpload({ state: 'canceled', images })];
    const ended = aTransfer('a', { state: 'canceled', tasks });
    const text = show(ended);
    expect(text).toContain(LEFT);
    expect(text).not.toContain('/gone');
    click('button', 'Delete now');
    expect(callbacks.onDeleteLeftovers).toHaveBeenCalledWith(ended);
    // In an old notebook it can't be deleted, and while it runs, the upload itself removes it.
    show(ended, false);
    expect(host.querySelector('button')).toBeNull();
    expect(show(aTransfer('a', { tasks }))).not.toContain(LEFT);
  });
});
