import type { Plan, PlanRequest } from '../../api/schema';
import { textOf } from '../../api/unions';
import { aDraft, pathOf, planned } from '../support/drafts';
import { anEndpoint, aPlan, settle } from '../support/things';

describe('the plan of a draft', () => {
  it('requires an endpoint, and plans nothing before', async () => {
    const { draft, server } = aDraft();
    await draft.start(null);
    await planned(50);
    expect(draft.hindrance).toBe('no-endpoint');
    expect(server.count('POST plans')).toBe(0);
    draft.dispose();
  });

  it('plans once for an endpoint with a known default folder', async () => {
    const { draft, server } = aDraft();
    await draft.chooseEndpoint(anEndpoint({ default_directory: '/' }));
    await planned();
    expect(server.of('POST plans').map(pathOf)).toEqual(['/']);
    expect(draft.hindrance).toBeNull();
    draft.dispose();
  });

  it("plans for the endpoint's default folder", async () => {
    const { draft, server } = aDraft();
    await draft.chooseEndpoint(anEndpoint());
    await planned();
    expect(server.of('POST plans').map(pathOf)).toEqual(['/~/']);
    expect(draft.path).toBe('/~/');
    draft.dispose();
  });

  it('plans once for many keystrokes, with the last of them', async () => {
    const { draft, server } = aDraft();
    await draft.chooseEndpoint(anEndpoint());
    await planned();
    for (const path of ['/s', '/sc', '/scratch', '/scratch/x']) {
      draft.typePath(path);
      expect(draft.hindrance).toBe('planning');
      await planned(3);
    }
    await planned();
    expect(server.of('POST plans').map(pathOf)).toEqual(['/~/', '/scratch/x/']);
    expect(draft.hindrance).toBeNull();
    draft.dispose();
  });

  it('keeps text typed while the folder was being listed', async () => {
    const { draft } = aDraft();
    const opening = draft.chooseEndpoint(anEndpoint());
    draft.typePath('/scratch');
    await opening;
    await planned();
    expect(draft.path).toBe('/scratch');
    await draft.folder.go('/data/');
    expect(draft.path).toBe('/data/');
    draft.dispose();
  });

  it('drops a late plan', async () => {
    const { draft, server } = aDraft();
    await draft.chooseEndpoint(anEndpoint());
    await planned();
    const slow = server.hold<Plan>('POST plans');
    draft.typePath('/first/');
    await planned(40);
    server.on('POST plans', seen => aPlan(pathOf(seen), { is_sendable: true }));
    draft.typePath('/second/');
    await planned();
    slow.resolve(aPlan('/first/', { is_sendable: false }));
    await settle();
    expect(draft.plan).toMatchObject({
      state: 'ready',
      value: { destination: { path: '/second/' } }
    });
    expect(draft.hindrance).toBeNull();
    draft.dispose();
  });

  it('plans again after an image is removed', async () => {
    const { draft, server } = aDraft(2);
    await draft.chooseEndpoint(anEndpoint());
    await planned();
    draft.removeSource(0);
    await planned();
    const last = server.of('POST plans').pop()?.body as PlanRequest;
    expect(last.sources.map(textOf)).toEqual(['images://a/b:1']);
    draft.dispose();
  });

  it('starts with the given destination', async () => {
    const { draft, server } = aDraft();
    await draft.start({ endpoint_id: 'ep1', path: '/scratch/' });
    await planned();
    expect(draft.folder.endpoint?.display_name).toBe('Sherlock');
    expect(server.of('POST plans').map(pathOf)).toEqual(['/scratch/']);
    expect(server.count('GET endpoints')).toBe(0);
    draft.dispose();
  });

  it('drops the plan when the user changes the endpoint', async () => {
    const { draft } = aDraft();
    await draft.chooseEndpoint(anEndpoint());
    await planned();
    await draft.changeEndpoint();
    expect(draft.plan.state).toBe('idle');
    expect(draft.hindrance).toBe('no-endpoint');
    draft.dispose();
  });

  it('plans again for another endpoint with a folder of the same name', async () => {
    const { draft, server } = aDraft();
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
      await planned();
      expect(draft.destination).toEqual({ state: 'listed', path: '/' });
    }
    const ids = server
      .of('POST plans')
      .map(({ body }) => (body as PlanRequest).destination.endpoint_id);
    expect(ids).toEqual(['ep1', 'ep2']);
    draft.dispose();
  });

  it('makes no requests after the form was closed', async () => {
    const { draft, server } = aDraft();
    await draft.chooseEndpoint(anEndpoint());
    draft.typePath('/x/');
    draft.dispose();
    await planned();
    expect(server.count('POST plans')).toBe(0);
  });
});
