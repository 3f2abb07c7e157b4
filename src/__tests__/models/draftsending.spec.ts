import type { PlanRequest } from '../../api/schema';
import { aDraft, pathOf, planned } from '../support/drafts';
import { Refusal } from '../support/server';
import { anEndpoint, aPlan } from '../support/things';

describe('sending a draft', () => {
  it('cannot be sent while the plan is outdated', async () => {
    const { draft } = aDraft();
    await draft.chooseEndpoint(anEndpoint());
    await planned();
    expect(draft.hindrance).toBeNull();
    draft.setOptions({ sync: 'always' });
    expect(draft.hindrance).toBe('planning');
    await planned();
    expect(draft.hindrance).toBeNull();
    draft.dispose();
  });

  it('cannot be sent with a blocking warning, a failed plan, no image or no folder', async () => {
    const { draft, server } = aDraft();
    server.on('POST plans', seen =>
      aPlan(pathOf(seen), { is_sendable: false })
    );
    await draft.chooseEndpoint(anEndpoint());
    await planned();
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

  it('sends the planned images once, however often the user clicks', async () => {
    const { draft, sent } = aDraft();
    await draft.chooseEndpoint(anEndpoint());
    draft.typePath('/scratch');
    await planned();
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
    const { draft, server, sent } = aDraft();
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
          staged_path: null,
          node: null,
          routes: [],
          existing: null,
          destination_path: '/b.sif',
          size_bytes: 7,
          digest: 'sha256:abc',
          arch: null,
          warnings: []
        }))
      });
    });
    await draft.chooseEndpoint(anEndpoint());
    await planned();
    await draft.send();
    expect(sent[0]?.sources[0]).toMatchObject({
      reference: 'images://a/b:0',
      digest: 'sha256:abc',
      size_bytes: 7
    });
    draft.dispose();
  });

  it('stays open and says why when sending fails', async () => {
    const { draft, server } = aDraft();
    await draft.chooseEndpoint(anEndpoint());
    await planned();
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
    const { draft, server } = aDraft();
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
    await planned();
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
    await planned();
    expect(draft.path).toBe('/oak/ada/');
    expect(draft.hindrance).toBeNull();
    draft.dispose();
  });
});
