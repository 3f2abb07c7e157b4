/** Views that show remote text, for `remotetext.spec.tsx`. */
import * as React from 'react';
import type { ImageDetails } from '../../api/schema';
import { BookmarkList } from '../../components/bookmarklist';
import { Crumbs } from '../../components/crumbs';
import { IdentityView } from '../../components/identity';
import { ImageDetailsView } from '../../components/imagedetails';
import { ErrorNotice, Notice } from '../../components/notice';
import { PathBox } from '../../components/pathbox';
import { PlannedSource } from '../../components/plannedsource';
import { RegistryFailed } from '../../components/registryfailed';
import { TransferView } from '../../components/transfer';
import { blockingMessage } from '../../models/planwords';
import {
  anImage,
  aPlan,
  anAccount,
  aRegistry,
  aTask,
  aTransfer,
  trans
} from '../support/things';

import { HARM, nothing } from './remoterows';

/** Whatever draws remote text outside of rows belongs in this list. */
export const VIEWS: [string, React.ReactElement][] = [
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
      account={anAccount({
        identity: {
          id: 'i',
          username: HARM,
          name: HARM,
          email: HARM,
          organization: HARM
        },
        linked: [
          { id: 'j', username: HARM, name: HARM, email: HARM, organization: '' }
        ]
      })}
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
    'an error that an administrator fixes',
    <ErrorNotice
      error={{
        message: 'x',
        code: 'x',
        retryable: false,
        action: { kind: 'configure', setting: 'x', help: HARM },
        request_id: ''
      }}
      trans={trans}
    />
  ],
  [
    'a registry that failed',
    <RegistryFailed
      isOnly
      registry={aRegistry({
        name: HARM,
        message: HARM,
        action: { kind: 'configure', setting: 'x', help: HARM }
      })}
      trans={trans}
      onReload={nothing}
      onLogIn={nothing}
    />
  ],
  [
    'an image to send',
    <PlannedSource
      preferredRoute={null}
      source={{
        source: { kind: 'file', path: HARM, digest: null, size_bytes: null },
        name: HARM,
        sizeBytes: null
      }}
      planned={{
        ...aTask().images[0]!,
        arch: HARM,
        reason: HARM,
        destination_path: HARM,
        warnings: [{ code: 'x', severity: 'blocking', message: HARM }]
      }}
      trans={trans}
      onRemove={nothing}
    />
  ],
  [
    'a path to type',
    <PathBox
      path={HARM}
      listedPath={null}
      trans={trans}
      onPath={nothing}
      onGoToPath={nothing}
    />
  ],
  [
    'what blocks a plan',
    <p>
      {blockingMessage({
        state: 'ready',
        value: aPlan('/', {
          warnings: [{ code: 'x', severity: 'blocking', message: HARM }]
        })
      })}
    </p>
  ],
  [
    'the page of an image',
    <ImageDetailsView
      name={HARM}
      details={{
        state: 'ready',
        value: {
          image: anImage(HARM, { reference: HARM, arch: HARM, format: HARM }),
          filesystem: HARM,
          created_at: null,
          uuid: HARM,
          base_image: HARM,
          base_digest: HARM,
          is_encrypted: false,
          has_sbom: false,
          signatures: [{ fingerprint: HARM, entity: HARM }],
          labels: { [HARM]: HARM },
          definition: HARM,
          problem: HARM
        } as unknown as ImageDetails
      }}
      digest={{
        state: 'failed',
        message: HARM,
        digest: null,
        bytes_done: 0,
        bytes_total: null
      }}
      canSend
      trans={trans}
      onSend={nothing}
      onReload={nothing}
      onComputeDigest={nothing}
      onCancelDigest={nothing}
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
