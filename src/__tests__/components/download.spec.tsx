import * as React from 'react';
import type { Download } from '../../api/schema';
import { TransferView } from '../../components/transfer';
import { readTransfer } from '../../models/storedtransfer';
import { draw, host, setUpPage } from '../support/page';
import { aTransfer, trans } from '../support/things';
import { aDownload } from '../support/uploads';

setUpPage();

describe('a download', () => {
  function show(task: Download): string {
    draw(
      <TransferView
        transfer={aTransfer('a', { tasks: [task] })}
        error={null}
        isBusy={false}
        callbacks={null}
        trans={trans}
      />
    );
    return host.textContent ?? '';
  }

  it('shows where from and where to, and how far it is', () => {
    const text = show(
      aDownload({ state: 'active', bytes_transferred: 25, bytes_per_second: 5 })
    );
    expect(text).toContain('Direct download from Alder to laptop');
    expect(text).toContain('Downloading · 25 of 100 B · 5 B/s · 15 s left');
  });

  it('counts attempts and shows why the last one failed', () => {
    const text = show(
      aDownload({
        state: 'active',
        failures: 1,
        problem: 'It was interrupted.'
      })
    );
    expect(text).toContain('attempt 2');
    expect(text).toContain('It was interrupted.');
  });

  it('says how its arrival is known', () => {
    const arrival = {
      destination_path: '/scratch/avocados_latest.sif',
      digest: 'sha256:01',
      size_bytes: 100,
      is_verified: null,
      note: '',
      proof: 'received' as const
    };
    const image = { state: 'succeeded' } as const;
    const text = show(
      aDownload(image, { state: 'succeeded', arrivals: [arrival] })
    );
    expect(text).toContain('Checksum computed while it was received');
    expect(text).toContain('Downloaded');
  });

  it('is read from a notebook', () => {
    const stored = aTransfer('a', { tasks: [aDownload({ state: 'active' })] });
    expect(readTransfer({ transfer: stored })?.tasks[0]?.kind).toBe('download');
  });
});
