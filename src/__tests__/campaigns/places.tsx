/** Where the panel shows that a route has failed, for `faults.spec.tsx`. */
import { showErrorMessage } from '@jupyterlab/apputils';
import * as React from 'react';
import type { ErrorBody, LoginAction } from '../../api/schema';
import { EndpointGroup } from '../../components/endpointgroup';
import { ImageDetailsView } from '../../components/imagedetails';
import { LoginView } from '../../components/login';
import { PlanView } from '../../components/plan';
import { DetailsModel } from '../../models/details';
import { EndpointsModel } from '../../models/endpoints';
import { Login } from '../../models/login';
import { TransfersModel } from '../../models/transfers';
import { getImage } from '../../panels/getimage';
import type { ISRegistryGlobus } from '../../tokens';
import { draw, host } from '../support/page';
import type { FakeServer } from '../support/server';
import { anEventStream, settle, trans } from '../support/things';

import {
  noop,
  ENDPOINT,
  drawFolder,
  drawBookmarks,
  openFolder,
  makeDraft,
  drawForm,
  drawTransfer
} from './drawing';

export type Offer = 'login' | 'retry' | 'choose_endpoint' | 'choose_folder';

export interface IPlace {
  /** The actions that the panel offers there, beside what the place itself is for. */
  offers: readonly Offer[];
  /** Make the request that fails, and draw what shows its failure. */
  show: (server: FakeServer, error: ErrorBody) => Promise<void>;
}

/** The labels of the buttons of each action. */
export const LABELS: Record<Offer, readonly string[]> = {
  login: ['Log in to continue', 'Connect to Globus'],
  retry: ['Retry'],
  choose_endpoint: ['Choose another endpoint'],
  choose_folder: ['Choose another folder']
};

export const shown = jest.mocked(showErrorMessage);

/** Where the panel shows that a route has failed. */
export const PLACES: Record<string, IPlace> = {
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
    show: async (server, error) => {
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
        host.append(button, error.message);
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
