import { showErrorMessage } from '@jupyterlab/apputils';
import * as React from 'react';
import type { ErrorBody, LoginAction } from '../../api/schema';
import { Bookmarks } from '../../components/bookmarks';
import { EndpointGroup } from '../../components/endpointgroup';
import type { IEndpointSearchProps } from '../../components/endpointsearch';
import { FolderView } from '../../components/folder';
import { ImageDetailsView } from '../../components/imagedetails';
import { LoginView } from '../../components/login';
import { PlanView } from '../../components/plan';
import { SendForm } from '../../components/sendform';
import { TransferView } from '../../components/transfer';
import { DetailsModel } from '../../models/details';
import { DraftModel } from '../../models/draft';
import { EndpointsModel } from '../../models/endpoints';
import { FolderModel } from '../../models/folder';
import { Login } from '../../models/login';
import { TransfersModel } from '../../models/transfers';
import { getImage } from '../../panels/getimage';
import type { ISRegistryGlobus } from '../../tokens';
import { draw, host, setUpPage } from '../support/page';
import { FakeServer, Refusal } from '../support/server';
import {
  aPage,
  aPlan,
  aTransfer,
  anEndpoint,
  anEventStream,
  settle,
  trans
} from '../support/things';

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

type Offer = 'login' | 'retry' | 'choose_endpoint' | 'choose_folder';

interface IPlace {
  /** The actions that the panel offers there, beside what the place itself is for. */
  offers: readonly Offer[];
  /** Make the request that fails, and draw what shows its failure. */
  show: (server: FakeServer) => Promise<void>;
}

const noop = (): void => undefined;
const never = (): Promise<boolean> => Promise.resolve(false);
const ENDPOINT = anEndpoint({ default_directory: '/' });
const LISTED = {
  endpoint_id: ENDPOINT.id,
  path: '/',
  entries: [],
  total: 0,
  is_truncated: false
};
const SOURCE = {
  source: {
    kind: 'image' as const,
    reference: 'images://a/b:1',
    digest: null,
    size_bytes: null
  },
  name: 'images://a/b:1',
  sizeBytes: 1
};

function drawFolder(model: FolderModel): void {
  draw(
    <FolderView
      endpoint={model.endpoint}
      folder={model.folder}
      entries={model.entries}
      path={model.path}
      error={model.error}
      actionError={model.actionError}
      bookmarked={model.bookmarked}
      trans={trans}
      onClose={noop}
      onGo={noop}
      onRefresh={noop}
      onCreateFolder={never}
      onBookmark={never}
      onLogIn={noop}
    />
  );
}

function drawBookmarks(model: EndpointsModel): void {
  draw(
    <Bookmarks
      text=""
      bookmarks={model.bookmarks}
      matchingBookmarks={model.matchingBookmarks}
      trans={trans}
      onReload={noop}
      onLogIn={noop}
      onOpenBookmark={noop}
    />
  );
}

async function openFolder(server: FakeServer): Promise<FolderModel> {
  const model = new FolderModel(server.client);
  await model.openById(ENDPOINT.id, '/');
  return model;
}

async function makeDraft(server: FakeServer): Promise<DraftModel> {
  const draft = new DraftModel({
    client: server.client,
    sources: [SOURCE],
    debounceMs: 0,
    send: request => server.client.send(request)
  });
  await draft.chooseEndpoint(ENDPOINT);
  await draft.replan();
  await settle();
  return draft;
}

function drawForm(draft: DraftModel): void {
  draw(
    <SendForm
      sources={draft.sources}
      plan={draft.plan}
      hindrance={draft.hindrance}
      submission={draft.submission}
      transferOptions={draft.transferOptions}
      path={draft.path}
      hasEndpoint={true}
      endpoints={{} as IEndpointSearchProps}
      folder={{
        endpoint: ENDPOINT,
        folder: { state: 'ready', value: LISTED },
        entries: [],
        path: '/',
        error: null,
        actionError: null,
        bookmarked: null,
        trans,
        onClose: noop,
        onGo: noop,
        onRefresh: noop,
        onCreateFolder: never,
        onBookmark: never,
        onLogIn: noop
      }}
      login={{ state: 'idle' }}
      loginCallbacks={{
        onSwitchToCode: noop,
        onSubmitCode: noop,
        onCancelLogin: noop,
        onTryAgain: noop
      }}
      trans={trans}
      onRemoveSource={noop}
      onPath={noop}
      onGoToPath={noop}
      onOptions={noop}
      onReplan={noop}
      onChangeEndpoint={noop}
      onSend={noop}
      onCancel={noop}
      onLogIn={noop}
    />
  );
}

async function drawTransfer(
  server: FakeServer,
  act: (model: TransfersModel) => Promise<unknown>
): Promise<void> {
  const { events } = anEventStream();
  const model = new TransfersModel({ client: server.client, events });
  await model.refresh();
  await act(model).catch(noop);
  const transfer = model.get('transfer1');
  expect(transfer).toBeDefined();
  draw(
    <TransferView
      transfer={transfer!}
      error={model.errorOf('transfer1')}
      isBusy={false}
      callbacks={{
        onCancel: noop,
        onRetry: noop,
        onSaveReceipt: noop,
        onForget: noop,
        onDeleteLeftovers: noop,
        onLogIn: noop
      }}
      trans={trans}
    />
  );
  model.dispose();
}

/** Where the panel shows that a route has failed. */
const PLACES: Record<string, IPlace> = {
  'POST /logins/code': {
    offers: [],
    show: async server => {
      const login = new Login({
        client: server.client,
        openTab: () => null,
        pageUrl: () => 'http://localhost:8888/lab',
        onSuccess: () => Promise.resolve()
      });
      void login.begin(null, 'code');
      await settle();
      await login.submitCode('code');
      draw(
        <LoginView
          login={login.current}
          trans={trans}
          onSwitchToCode={noop}
          onSubmitCode={noop}
          onCancelLogin={noop}
          onTryAgain={noop}
        />
      );
      // The form is still there for another code.
      expect(host.querySelector('input')).not.toBeNull();
      login.dispose();
    }
  },
  'GET /image': {
    offers: ['retry'],
    show: async server => {
      const model = new DetailsModel(server.client, { reference: 'a/b:1' });
      await model.load();
      draw(
        <ImageDetailsView
          name="a/b:1"
          details={model.details}
          digest={model.digest}
          canSend={true}
          trans={trans}
          onSend={noop}
          onReload={noop}
          onComputeDigest={noop}
          onCancelDigest={noop}
        />
      );
      model.dispose();
    }
  },
  'GET /endpoints': {
    offers: ['login', 'retry'],
    show: async server => {
      const model = new EndpointsModel({ client: server.client });
      model.setScope('mine');
      await model.refresh();
      draw(
        <EndpointGroup
          title={trans.__('Results')}
          endpoints={model.results}
          emptyText=""
          trans={trans}
          onReload={noop}
          onLogIn={noop}
          onOpen={noop}
          onLogInFor={noop}
        />
      );
      model.dispose();
    }
  },
  'GET /endpoints/{endpoint_id}': {
    offers: ['login', 'retry', 'choose_endpoint', 'choose_folder'],
    show: async server => drawFolder(await openFolder(server))
  },
  'GET /endpoints/{endpoint_id}/folder': {
    offers: ['login', 'retry', 'choose_endpoint', 'choose_folder'],
    show: async server => drawFolder(await openFolder(server))
  },
  'POST /endpoints/{endpoint_id}/folder': {
    offers: ['login'],
    show: async server => {
      const model = await openFolder(server);
      await model.createFolder('made');
      drawFolder(model);
    }
  },
  'GET /bookmarks': {
    offers: ['login', 'retry'],
    show: async server => {
      const model = new EndpointsModel({ client: server.client });
      model.setScope('bookmarks');
      await model.refresh();
      drawBookmarks(model);
      model.dispose();
    }
  },
  'POST /bookmarks': {
    offers: ['login'],
    show: async server => {
      const model = await openFolder(server);
      await model.bookmark('made');
      drawFolder(model);
    }
  },
  'DELETE /bookmarks/{bookmark_id}': {
    offers: ['login', 'retry'],
    show: async server => {
      const model = new EndpointsModel({ client: server.client });
      model.setScope('bookmarks');
      await model.deleteBookmark('bookmark1');
      drawBookmarks(model);
      model.dispose();
    }
  },
  'POST /plans': {
    offers: ['login', 'retry', 'choose_endpoint'],
    show: async server => {
      const draft = await makeDraft(server);
      draw(
        <PlanView
          preferredRoute={null}
          sources={draft.sources}
          plan={draft.plan}
          trans={trans}
          isErrorSaid={false}
          onRemove={null}
          onRetry={noop}
          onLogIn={noop}
          onChooseEndpoint={noop}
        />
      );
      draft.dispose();
    }
  },
  'POST /transfers': {
    offers: ['login', 'retry', 'choose_endpoint'],
    show: async server => {
      const draft = await makeDraft(server);
      expect(await draft.send()).toBeNull();
      drawForm(draft);
      draft.dispose();
    }
  },
  'POST /pulls': {
    offers: ['login'],
    show: async server => {
      const { events } = anEventStream();
      const transfers = new TransfersModel({ client: server.client, events });
      const logIn = jest.fn();
      const app = { transfers, logIn } as unknown as ISRegistryGlobus;
      await getImage(app, trans, ENDPOINT.id, '/a.sif');
      // A login begins at once; anything else is shown in a dialog.
      host.textContent = shown.mock.calls.map(call => call[1] as string).join();
      for (const [action] of logIn.mock.calls as [LoginAction][]) {
        expect(action.kind).toBe('login');
        const button = document.createElement('button');
        button.append(...LABELS.login.slice(0, 1));
        host.append(button, current.message);
      }
      transfers.dispose();
    }
  },
  'POST /transfers/{transfer_id}/cancel': {
    offers: ['login'],
    show: server => drawTransfer(server, model => model.cancel('transfer1'))
  },
  'POST /transfers/{transfer_id}/retry': {
    offers: ['login'],
    show: server => drawTransfer(server, model => model.retry('transfer1'))
  }
};

const LABELS: Record<Offer, readonly string[]> = {
  login: ['Log in to continue', 'Connect to Globus'],
  retry: ['Retry'],
  choose_endpoint: ['Choose another endpoint'],
  choose_folder: ['Choose another folder']
};

/** The error that is being shown. */
let current: ErrorBody;

const shown = jest.mocked(showErrorMessage);

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
      current = body;
      const server = makeServer();
      server.on(filled(route), () => {
        throw new Refusal(status, body);
      });
      await place.show(server);
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
