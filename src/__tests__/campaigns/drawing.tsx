/** Models and views of the panel in which a request can fail, for `places.tsx`. */
import * as React from 'react';
import { Bookmarks } from '../../components/bookmarks';
import type { IEndpointSearchProps } from '../../components/endpointsearch';
import { FolderView } from '../../components/folder';
import { SendForm } from '../../components/sendform';
import { TransferView } from '../../components/transfer';
import { DraftModel } from '../../models/draft';
import type { EndpointsModel } from '../../models/endpoints';
import { FolderModel } from '../../models/folder';
import { TransfersModel } from '../../models/transfers';
import { draw } from '../support/page';
import type { FakeServer } from '../support/server';
import { anEndpoint, anEventStream, settle, trans } from '../support/things';

export const noop = (): void => undefined;
export const never = (): Promise<boolean> => Promise.resolve(false);
export const ENDPOINT = anEndpoint({ default_directory: '/' });
export const LISTED = {
  endpoint_id: ENDPOINT.id,
  path: '/',
  entries: [],
  total: 0,
  is_truncated: false
};
export const SOURCE = {
  source: {
    kind: 'image' as const,
    reference: 'images://a/b:1',
    digest: null,
    size_bytes: null
  },
  name: 'images://a/b:1',
  sizeBytes: 1
};

export function drawFolder(model: FolderModel): void {
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

export function drawBookmarks(model: EndpointsModel): void {
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

export async function openFolder(server: FakeServer): Promise<FolderModel> {
  const model = new FolderModel(server.client);
  await model.openById(ENDPOINT.id, '/');
  return model;
}

export async function makeDraft(server: FakeServer): Promise<DraftModel> {
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

export function drawForm(draft: DraftModel): void {
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

export async function drawTransfer(
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
