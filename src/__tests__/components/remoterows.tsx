/** Rows of lists that show remote text, for `remotetext.spec.tsx`. */
import * as React from 'react';
import { EndpointItem } from '../../components/endpointitem';
import { FolderEntryView } from '../../components/folderentry';
import { ImageRow } from '../../components/imagerow';
import type { Row } from '../../models/rows';
import {
  aCollection,
  anEndpoint,
  anImage,
  aRegistry,
  trans
} from '../support/things';

export const HARM = '\u202egpj\u2066\u200b\u200f\u061c\ufeff\u001b[2J\u009b';
export const nothing = () => undefined;

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
/** Whatever draws remote text in a row belongs in this list. */
export const ROWS: [string, React.ReactElement][] = [
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
      naming: 'tag',
      image: anImage(HARM, { arch: HARM, digest: HARM })
    })
  ],
  [
    'an image',
    row({
      kind: 'image',
      naming: 'full',
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
  ]
];
