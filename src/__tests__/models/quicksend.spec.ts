import { defaultOptions } from '../../api/constants';
import type { Plan, PlanWarning } from '../../api/schema';
import { Memory } from '../../models/memory';
import { QuickSend } from '../../models/quicksend';
import { FakeServer, Refusal } from '../support/server';
import { aPlan, aTransfer } from '../support/things';

const destination = { endpoint_id: 'ep1', path: '/data/' };
const sources = [
  {
    kind: 'image' as const,
    reference: 'images://a/b:1',
    digest: null,
    size_bytes: null
  }
];

function make(plan: Partial<Plan> = {}) {
  const server = new FakeServer();
  server.on('POST plans', () => aPlan('/data/', plan));
  server.on('POST transfers', () => aTransfer('s1'));
  const memory = new Memory(null);
  const quick = new QuickSend({
    client: server.client,
    memory,
    options: () => defaultOptions,
    send: request => server.client.send(request)
  });
  return { server, quick };
}

const warning = (severity: PlanWarning['severity']): PlanWarning => ({
  code: 'x',
  message: 'x',
  severity
});

it('a calm plan is sent, and its destination is remembered', async () => {
  const { server, quick } = make({ warnings: [warning('note')] });
  expect(await quick.send(sources, destination)).toMatchObject({ id: 's1' });
  expect(server.count('POST transfers')).toBe(1);
  expect(quick.destination).toMatchObject({ path: '/data/' });
  expect(quick.isBusy).toBe(false);
});

it.each([
  ['a warning', { warnings: [warning('warning')] }],
  ['a blocking warning', { warnings: [warning('blocking')] }],
  ['a plan that cannot be sent', { is_sendable: false }]
])('the user looks first at %s', async (_, plan) => {
  const { server, quick } = make(plan);
  expect(await quick.send(sources, destination)).toBeNull();
  expect(server.count('POST transfers')).toBe(0);
  expect(quick.destination).toBeNull();
});

it('the user looks first at an error, and a second click sends nothing twice', async () => {
  const { server, quick } = make();
  server.on('POST plans', () => {
    throw new Refusal(503, { message: 'Busy.', code: 'unavailable' });
  });
  expect(await quick.send(sources, destination)).toBeNull();
  const held = server.hold('POST plans');
  const first = quick.send(sources, destination);
  expect(quick.isBusy).toBe(true);
  expect(await quick.send(sources, destination)).toBeNull();
  held.resolve(aPlan('/data/'));
  expect(await first).not.toBeNull();
  expect(server.count('POST transfers')).toBe(1);
});
