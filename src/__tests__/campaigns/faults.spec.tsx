import type { ErrorBody } from '../../api/schema';
import { host, setUpPage } from '../support/page';
import { FakeServer, Refusal } from '../support/server';
import { aPage, aPlan, aTransfer } from '../support/things';
import type { IPlace } from './places';
import { ENDPOINT, LISTED } from './drawing';
import { LABELS, PLACES, shown } from './places';

jest.mock('@jupyterlab/apputils', () => ({
  InputDialog: {
    getText: () => Promise.resolve({ button: { accept: true }, value: '' })
  },
  showErrorMessage: jest.fn(() => Promise.resolve())
}));

interface IRecorded {
  status: number;
  body: ErrorBody;
}

interface IFiles {
  readFileSync(path: string, encoding: 'utf8'): string;
}

const { readFileSync } = jest.requireActual<IFiles>('fs');

/** What the real server answered to each fault, by route and request. Recorded by pytest. */
const RECORDED = JSON.parse(
  readFileSync('tests/campaigns/recorded_faults.json', 'utf8')
) as Record<string, Record<string, Record<string, IRecorded>>>;

/** Answer everything as if nothing failed. */
function makeServer(): FakeServer {
  const server = new FakeServer();
  server.on('GET endpoints/ep1', () => ENDPOINT);
  server.on('GET endpoints/ep1/folder', () => LISTED);
  server.on('GET endpoints', () => ({
    endpoints: [],
    offset: 0,
    has_next_page: false
  }));
  server.on('GET bookmarks', () => ({ bookmarks: [] }));
  server.on('POST plans', () => aPlan('/'));
  server.on('GET transfers', () => aPage([aTransfer('transfer1')]));
  server.on('GET image/digest', () => ({ state: 'unknown' }));
  server.on('POST logins', () => ({
    login_id: 'l1',
    authorize_url: 'https://auth.globus.org/',
    method: 'code',
    expires_in_s: 600
  }));
  return server;
}

/** Return the path of a route as the fake server knows it. */
function filled(route: string): string {
  return route
    .replace(' /', ' ')
    .replace('{endpoint_id}', ENDPOINT.id)
    .replace(/{(\w+)_id}/, '$11');
}

/** Return the labels of which one must be on a button. Null if nothing is to be offered. */
function wanted(body: ErrorBody, { offers }: IPlace): readonly string[] | null {
  const kind = body.action?.kind;
  if (kind !== undefined && kind !== 'configure' && offers.includes(kind)) {
    return LABELS[kind];
  }
  return body.retryable && offers.includes('retry') ? LABELS.retry : null;
}

const CELLS = Object.entries(RECORDED).flatMap(([route, byRequest]) =>
  Object.entries(byRequest).flatMap(([request, byFault]) =>
    Object.entries(byFault).map(
      ([fault, recorded]) => [route, request, fault, recorded] as const
    )
  )
);

setUpPage();

describe('The panel', () => {
  beforeEach(() => shown.mockClear());

  it('has a place for every route that can fail, and no other', () => {
    expect(Object.keys(PLACES).sort()).toEqual(Object.keys(RECORDED).sort());
    expect(CELLS.length).toBeGreaterThan(150);
  });

  it.each(CELLS)(
    'shows the answer of %s when %s fails with %s',
    async (route, _request, _fault, { status, body }) => {
      const place = PLACES[route]!;
      const server = makeServer();
      server.on(filled(route), () => {
        throw new Refusal(status, body);
      });
      await place.show(server, body);
      expect(server.count(filled(route))).toBeGreaterThan(0);
      expect(host.textContent).toContain(body.message);
      if (body.action?.kind === 'configure') {
        expect(host.textContent).toContain(body.action.help);
      }
      const labels = [...host.querySelectorAll('button')].map(
        button => button.textContent
      );
      const offered = wanted(body, place);
      if (offered !== null) {
        expect(offered.some(label => labels.includes(label))).toBe(true);
      }
    }
  );
});
