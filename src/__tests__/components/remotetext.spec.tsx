import * as React from 'react';
import { BookmarkList } from '../../components/bookmarklist';
import { Crumbs } from '../../components/crumbs';
import { EndpointItem } from '../../components/endpointitem';
import { FolderEntryView } from '../../components/folderentry';
import { IdentityView } from '../../components/identity';
import { ImageRow } from '../../components/imagerow';
import { ErrorNotice, Notice } from '../../components/notice';
import { TransferView } from '../../components/transfer';
import type { Row } from '../../models/rows';
import { draw, host, setUpPage } from '../support/page';
import {
  aCollection,
  anEndpoint,
  anImage,
  aRegistry,
  aTask,
  aTransfer,
  trans
} from '../support/things';

const HARM = '\u202egpj\u2066\u200b\u200f\u061c\ufeff\u001b[2J\u009b';
const HARMFUL = /[\p{Cf}\p{Cc}]/u;
const nothing = () => undefined;

setUpPage();

/** Every text and attribute that is drawn. Whoever draws remote text belongs in this list. */
const row = (rest: object) => (
  <ImageRow
    row={{ key: 'a', level: 1, ...rest } as unknown as Row}
    isTabStop
    canSend
    trans={trans}
    onSend={nothing}
    onRetry={nothing}
  />
);
const DRAWN: [string, React.ReactElement][] = [
  [
    'a registry',
    row({
      kind: 'registry',
      registry: aRegistry({ name: HARM, location: HARM })
    })
  ],
  [
    'a collection',
    row({ kind: 'collection', collection: aCollection(HARM, 3) })
  ],
  ['a container', row({ kind: 'container', name: HARM })],
  [
    'a tag',
    row({
      kind: 'image',
      isFlat: false,
      image: anImage(HARM, { arch: HARM, digest: HARM })
    })
  ],
  [
    'an image',
    row({
      kind: 'image',
      isFlat: true,
      image: anImage('a', { container: HARM, collection: HARM })
    })
  ],
  ['a failed listing', row({ kind: 'failed', error: { message: HARM } })],
  [
    'an endpoint',
    <EndpointItem
      endpoint={anEndpoint({
        display_name: HARM,
        description: HARM,
        owner: HARM,
        organization: HARM,
        readiness: { state: 'offline', next_step: HARM }
      })}
      trans={trans}
      onOpen={nothing}
      onLogInFor={nothing}
    />
  ],
  [
    'a folder',
    <FolderEntryView
      entry={
        {
          name: HARM,
          type: 'dir',
          size_bytes: null,
          modified_at: null
        } as never
      }
      style={{}}
      stopRef={null}
      trans={trans}
      onFocus={nothing}
      onGo={nothing}
      onGet={null}
    />
  ],
  [
    'a file',
    <FolderEntryView
      entry={
        { name: HARM, type: 'file', size_bytes: 1, modified_at: null } as never
      }
      style={{}}
      stopRef={null}
      trans={trans}
      onFocus={nothing}
      onGo={nothing}
      onGet={nothing}
    />
  ],
  ['a path', <Crumbs path={`/${HARM}/b/`} trans={trans} onGo={nothing} />],
  [
    'a bookmark',
    <BookmarkList
      bookmarks={[{ id: 'b', name: HARM, endpoint_id: 'e', path: HARM }]}
      trans={trans}
      onOpen={nothing}
      onDelete={nothing}
    />
  ],
  [
    'an identity',
    <IdentityView
      identity={{
        id: 'i',
        username: HARM,
        name: HARM,
        email: HARM,
        organization: HARM
      }}
      linked={[
        { id: 'j', username: HARM, name: HARM, email: HARM, organization: '' }
      ]}
      trans={trans}
    />
  ],
  ['a note', <Notice severity="note">{HARM}</Notice>],
  [
    'an error',
    <ErrorNotice
      error={{
        message: HARM,
        code: 'x',
        retryable: false,
        action: null,
        request_id: ''
      }}
      trans={trans}
    />
  ],
  [
    'a transfer',
    <TransferView
      transfer={aTransfer('a', {
        label: HARM,
        state: 'failed',
        destination_name: HARM,
        destination: { endpoint_id: 'e', path: HARM },
        tasks: [
          aTask({
            reason: HARM,
            task_id: HARM,
            source_endpoint_name: HARM,
            images: [
              {
                ...aTask().images[0]!,
                name: HARM,
                destination_path: HARM,
                source: {
                  kind: 'image',
                  reference: `a://b/${HARM}:1`,
                  digest: null,
                  size_bytes: null
                }
              }
            ],
            arrivals: [
              {
                destination_path: HARM,
                digest: HARM,
                size_bytes: 1,
                is_verified: null,
                note: HARM,
                proof: 'globus'
              }
            ]
          })
        ]
      })}
      error={null}
      isBusy={false}
      callbacks={null}
      trans={trans}
    />
  ]
];

describe('remote text', () => {
  it.each(DRAWN)('cannot reorder, hide or act: %s', (_, element) => {
    draw(element);
    const texts = [host.textContent ?? ''];
    for (const drawn of Array.from(host.querySelectorAll('*'))) {
      texts.push(
        ...['title', 'aria-label'].map(name => drawn.getAttribute(name) ?? '')
      );
    }
    expect(texts.some(text => text.includes('\ufffd'))).toBe(true);
    for (const text of texts) {
      expect(text.replace(/[\n\t]/g, '')).not.toMatch(HARMFUL);
    }
  });
});
