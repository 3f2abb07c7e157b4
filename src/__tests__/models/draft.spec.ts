import type { Plan, PlanRequest } from '../../api/schema';
import { textOf } from '../../api/unions';
import { DraftModel } from '../../models/draft';
import type { ISeen } from '../support/server';
import { FakeServer, Refusal } from '../support/server';
import { anEndpoint, aPlan, aTransfer, settle } from '../support/things';

const wait = (ms: number) => new Promise(done => setTimeout(done, ms));

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

function make(count = 1) {
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

function pathOf(seen: ISeen): string {
  return (seen.body as PlanRequest).destination.path ?? '';
}

describe('DraftModel', () => {
  it('requires an endpoint, and plans nothing before', async () => {
    const { draft, server } = make();
    await draft.start(null);
    await wait(50);
    expect(draft.hindrance).toBe('no-endpoint');
    expect(server.count('POST plans')).toBe(0);
    draft.dispose();
  });

  it('plans once for an endpoint with a known default folder', async () => {
    const { draft, server } = make();
    await draft.chooseEndpoint(anEndpoint({ default_directory: '/' }));
    await wait(60);
    expect(server.of('POST plans').map(pathOf)).toEqual(['/']);
    expect(draft.hindrance).toBeNull();
    draft.dispose();
  });

  it("plans for the endpoint's default folder", async () => {
    const { draft, server } = make();
    await draft.chooseEndpoint(anEndpoint());
    await wait(60);
    expect(server.of('POST plans').map(pathOf)).toEqual(['/~/']);
    expect(draft.path).toBe('/~/');
    draft.dispose();
  });

  it('plans once for many keystrokes, with the last of them', async () => {
    const { draft, server } = make();
    await draft.chooseEndpoint(anEndpoint());
    await wait(60);
    for (const path of ['/s', '/sc', '/scratch', '/scratch/x']) {
      draft.typePath(path);
      expect(draft.hindrance).toBe('planning');
      await wait(3);
    }
    await wait(60);
    expect(server.of('POST plans').map(pathOf)).toEqual(['/~/', '/scratch/x/']);
    expect(draft.hindrance).toBeNull();
    draft.dispose();
  });

  it('keeps text typed while the folder was being listed', async () => {
    const { draft } = make();
    const opening = draft.chooseEndpoint(anEndpoint());
    draft.typePath('/scratch');
    await opening;
    await wait(60);
    expect(draft.path).toBe('/scratch');
    await draft.folder.go('/data/');
    expect(draft.path).toBe('/data/');
    draft.dispose();
  });

  it('drops a late plan', async () => {
    const { draft, server } = make();
    await draft.chooseEndpoint(anEndpoint());
    await wait(60);
    const slow = server.hold<Plan>('POST plans');
    draft.typePath('/first/');
    await wait(40);
    server.on('POST plans', seen => aPlan(pathOf(seen), { is_sendable: true }));
    draft.typePath('/second/');
    await wait(60);
    slow.resolve(aPlan('/first/', { is_sendable: false }));
    await settle();
    expect(draft.plan).toMatchObject({
      state: 'ready',
      value: { destination: { path: '/second/' } }
    });
    expect(draft.hindrance).toBeNull();
    draft.dispose();
  });

  it('cannot be sent while the plan is outdated', async () => {
    const { draft } = make();
    await draft.chooseEndpoint(anEndpoint());
    await wait(60);
    expect(draft.hindrance).toBeNull();
    draft.setOptions({ sync: 'always' });
    expect(draft.hindrance).toBe('planning');
    await wait(60);
    expect(draft.hindrance).toBeNull();
    draft.dispose();
  });

  it('cannot be sent with a blocking warning, a failed plan, no image or no folder', async () => {
    const { draft, server } = make();
    server.on('POST plans', seen =>
      aPlan(pathOf(seen), { is_sendable: false })
    );
    await draft.chooseEndpoint(anEndpoint());
    await wait(60);
    expect(draft.hindrance).toBe('blocked');
    server.on('POST plans', () => {
      throw new Refusal(403, { message: 'No.', code: 'permission_refused' });
    });
    await draft.replan();
    expect(draft.hindrance).toBe('plan-failed');
    draft.typePath('  ');
    expect(draft.hindrance).toBe('no-folder');
    draft.removeSource(0);
    expect(draft.hindrance).toBe('no-images');
    draft.dispose();
  });

  it('plans again after an image is removed', async () => {
    const { draft, server } = make(2);
    await draft.chooseEndpoint(anEndpoint());
    await wait(60);
    draft.removeSource(0);
    await wait(60);
    const last = server.of('POST plans').pop()?.body as PlanRequest;
    expect(last.sources.map(textOf)).toEqual(['images://a/b:1']);
    draft.dispose();
  });

  it('sends the planned images once, however often the user clicks', async () => {
    const { draft, sent } = make();
    await draft.chooseEndpoint(anEndpoint());
    draft.typePath('/scratch');
    await wait(60);
    const [first, second] = [draft.send(), draft.send()];
    await expect(first).resolves.toMatchObject({ id: 's1' });
    await expect(second).resolves.toBeNull();
    expect(sent).toHaveLength(1);
    expect(sent[0]?.destination).toEqual({
      endpoint_id: 'ep1',
      path: '/scratch/'
    });
    draft.dispose();
  });

  it('sends the digests that the plan showed', async () => {
    const { draft, server, sent } = make();
    server.on('POST plans', seen => {
      const { sources } = seen.body as PlanRequest;
      return aPlan(pathOf(seen), {
        images: sources.map(one => ({
          source: one,
          name: 'b.sif',
          route: 'served',
          reason: '',
          source_endpoint_id: '',
          source_endpoint_name: '',
          source_path: '',
          uuid: null,
          source_alternatives: [],
          destination_path: '/b.sif',
          size_bytes: 7,
          digest: 'sha256:abc',
          arch: null,
          warnings: []
        }))
      });
    });
    await draft.chooseEndpoint(anEndpoint());
    await wait(60);
    await draft.send();
    expect(sent[0]?.sources[0]).toMatchObject({
      reference: 'images://a/b:0',
      digest: 'sha256:abc',
      size_bytes: 7
    });
    draft.dispose();
  });

  it('stays open and says why when sending fails', async () => {
    const { draft, server } = make();
    await draft.chooseEndpoint(anEndpoint());
    await wait(60);
    const action = { kind: 'retry', after_s: 60 } as const;
    server.on('POST transfers', () => {
      throw new Refusal(409, {
        message: 'Busy.',
        code: 'transfer_conflict',
        action
      });
    });
    await expect(draft.send()).resolves.toBeNull();
    expect(draft.submission).toMatchObject({
      state: 'failed',
      error: { code: 'transfer_conflict', action }
    });
    draft.dispose();
  });

  it('retries after a login everything that failed without it', async () => {
    const { draft, server } = make();
    const refuse = () => {
      throw new Refusal(403, {
        message: 'Consent.',
        code: 'consent_required',
        action: { kind: 'login' }
      } as never);
    };
    server.on('GET endpoints/ep1/folder', refuse);
    server.on('POST plans', refuse);
    await draft.chooseEndpoint(anEndpoint({ default_directory: '/~/' }));
    await wait(60);
    expect(draft.hindrance).toBe('plan-failed');
    server.on('GET endpoints/ep1/folder', () => ({
      endpoint_id: 'ep1',
      path: '/oak/ada/',
      entries: [],
      total: 0,
      is_truncated: false
    }));
    server.on('POST plans', seen => aPlan(pathOf(seen)));
    await draft.recover();
    await wait(60);
    expect(draft.path).toBe('/oak/ada/');
    expect(draft.hindrance).toBeNull();
    draft.dispose();
  });

  it('starts with the given destination', async () => {
    const { draft, server } = make();
    await draft.start({ endpoint_id: 'ep1', path: '/scratch/' });
    await wait(60);
    expect(draft.folder.endpoint?.display_name).toBe('Sherlock');
    expect(server.of('POST plans').map(pathOf)).toEqual(['/scratch/']);
    expect(server.count('GET endpoints')).toBe(0);
    draft.dispose();
  });

  it('drops the plan when the user changes the endpoint', async () => {
    const { draft } = make();
    await draft.chooseEndpoint(anEndpoint());
    await wait(60);
    await draft.changeEndpoint();
    expect(draft.plan.state).toBe('idle');
    expect(draft.hindrance).toBe('no-endpoint');
    draft.dispose();
  });

  it('plans again for another endpoint with a folder of the same name', async () => {
    const { draft, server } = make();
    const page = { path: '/', entries: [], total: 0, is_truncated: false };
    server.on('GET endpoints/ep2/folder', () => ({
      ...page,
      endpoint_id: 'ep2'
    }));
    for (const id of ['ep1', 'ep2']) {
      const opening = draft.chooseEndpoint(
        anEndpoint({ id, default_directory: '/' })
      );
      expect(draft.destination).toEqual({ state: 'opening', path: '/' });
      await opening;
      await wait(60);
      expect(draft.destination).toEqual({ state: 'listed', path: '/' });
    }
    const ids = server
      .of('POST plans')
      .map(({ body }) => (body as PlanRequest).destination.endpoint_id);
    expect(ids).toEqual(['ep1', 'ep2']);
    draft.dispose();
  });

  it('makes no requests after the form was closed', async () => {
    const { draft, server } = make();
    await draft.chooseEndpoint(anEndpoint());
    draft.typePath('/x/');
    draft.dispose();
    await wait(60);
    expect(server.count('POST plans')).toBe(0);
  });
});
