import type { PlanRequest } from '../../api/schema';
import { DraftModel } from '../../models/draft';
import type { ISeen } from './server';
import { FakeServer } from './server';
import { anEndpoint, aPlan, aTransfer } from './things';

function source(reference: string) {
  return {
    source: {
      kind: 'image' as const,
      reference,
      digest: null,
      size_bytes: null
    },
    name: reference,
    sizeBytes: 1
  };
}

/** A draft of several images, and a server that answers it. Plans follow after 20 ms. */
export function aDraft(count = 1) {
  const server = new FakeServer();
  const sent: PlanRequest[] = [];
  const draft = new DraftModel({
    client: server.client,
    sources: Array.from({ length: count }, (_, i) =>
      source(`images://a/b:${i}`)
    ),
    debounceMs: 20,
    send: async request => {
      sent.push(request);
      return server.client.send(request);
    }
  });
  server.on('GET endpoints/ep1/folder', ({ query }) => ({
    endpoint_id: 'ep1',
    path: query.path ?? '/~/',
    entries: [],
    total: 0,
    is_truncated: false
  }));
  server.on('GET endpoints/ep1', () => anEndpoint());
  server.on('GET endpoints', () => ({
    endpoints: [],
    offset: 0,
    has_next_page: false
  }));
  server.on('POST plans', seen => aPlan(pathOf(seen)));
  server.on('POST transfers', () => aTransfer('s1'));
  return { server, draft, sent };
}

/** Wait until a change has been planned for. */
export const planned = (ms = 60) => new Promise(done => setTimeout(done, ms));

/** Return the folder that a plan was requested for. */
export function pathOf(seen: ISeen): string {
  return (seen.body as PlanRequest).destination.path ?? '';
}
