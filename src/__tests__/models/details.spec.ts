import type { DigestState } from '../../api/schema';
import { DetailsModel } from '../../models/details';
import { FakeServer } from '../support/server';
import { settle } from '../support/things';

function aState(state: DigestState['state'], digest: string | null = null) {
  return { state, digest, bytes_done: 0, bytes_total: null, message: '' };
}

describe('DetailsModel', () => {
  it('polls a digest only while it is being computed', async () => {
    const server = new FakeServer();
    const model = new DetailsModel(
      server.client,
      { reference: 'images://tacos/avocados:latest' },
      { pollMs: 5 }
    );
    server.on('GET image', () => ({}));
    server.on('GET image/digest', () => aState('unknown'));
    await model.load();
    expect(model.digest?.state).toBe('unknown');

    server.on('POST image/digest', () => aState('computing'));
    server.on('GET image/digest', () => aState('computing'));
    await model.computeDigest();
    const asked = () => server.of('GET image/digest').length;
    while (asked() < 4) {
      await settle();
    }
    server.on('GET image/digest', () => aState('known', 'sha256:1'));
    while (model.digest?.state !== 'known') {
      await settle();
    }
    const last = asked();
    await new Promise(done => setTimeout(done, 50));
    expect(asked()).toBe(last);
    expect(model.digest.digest).toBe('sha256:1');
    model.dispose();
  });
});
